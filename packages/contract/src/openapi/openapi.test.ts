import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { errors, eventTypes, openapi, operationIds, type Route, routes } from "../index.ts";
import { errorCodesOf } from "./operation.ts";

const document = openapi({ url: "http://127.0.0.1:8080/" });

/** The value at a path of keys. */
function at(...keys: readonly string[]): unknown {
  return keys.reduce<unknown>((value, key) => {
    assert.ok(typeof value === "object" && value !== null, `nothing at ${keys.join(" ")}`);
    return Object.entries(value).find(([name]) => name === key)?.[1];
  }, document);
}

const keysAt = (...keys: readonly string[]): string[] => Object.keys(Object(at(...keys)));

function parameterAt(path: string, method: string, name: string): unknown {
  const parameters = at("paths", path, method, "parameters");
  assert.ok(Array.isArray(parameters));
  return parameters.find((parameter) => parameter.name === name);
}

/** Lints a document by Redocly's recommended rules; gives what it complains about. */
function lint(value: unknown): { severity: string; ruleId: string; message: string }[] {
  const cli = fileURLToPath(
    new URL("bin/cli.js", import.meta.resolve("@redocly/cli/package.json")),
  );
  const folder = mkdtempSync(join(tmpdir(), "openapi-"));
  try {
    const file = join(folder, "openapi.json");
    writeFileSync(file, JSON.stringify(value));
    const { stdout, stderr } = spawnSync(
      process.execPath,
      [cli, "lint", "--extends=recommended", "--format=json", file],
      {
        cwd: folder,
        encoding: "utf8",
        env: { ...process.env, REDOCLY_TELEMETRY: "off", REDOCLY_SUPPRESS_UPDATE_NOTICE: "true" },
      },
    );
    assert.ok(stdout.includes('"problems"'), stderr);
    const report: { problems: { severity: string; ruleId: string; message: string }[] } =
      JSON.parse(stdout.slice(stdout.indexOf("{"), stdout.lastIndexOf("}") + 1));
    return report.problems.map(({ severity, ruleId, message }) => ({ severity, ruleId, message }));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test("the document has no error and no warning by Redocly's recommended rules", () => {
  assert.deepEqual(lint(document), []);
});

test("the linter sees an operation without a summary, and a reference to nothing", () => {
  const broken = structuredClone(document);
  const paths = Object(broken["paths"]);
  delete paths["/streams"].get.summary;
  paths["/streams"].post.requestBody.content["application/json"].schema.$ref = "#/nowhere";
  const rules = new Set(lint(broken).map(({ ruleId }) => ruleId));
  assert.ok(rules.has("operation-summary") && rules.has("no-unresolved-refs"));
});

test("paths and operations are those of the route table", () => {
  for (const id of operationIds) {
    const route: Route = routes[id];
    assert.equal(at("paths", route.path, route.method.toLowerCase(), "operationId"), id);
  }
  const operations = keysAt("paths").flatMap((path) => keysAt("paths", path));
  assert.equal(operations.length, operationIds.length);
});

test("every operation tells each code that it may answer, under the code's status", () => {
  for (const id of operationIds) {
    const route: Route = routes[id];
    const responses = ["paths", route.path, route.method.toLowerCase(), "responses"];
    const told = keysAt(...responses)
      .filter((status) => Number(status) >= 400)
      .flatMap((status) => {
        const examples = ["content", "application/problem+json", "examples"];
        const codes = keysAt(...responses, status, ...examples);
        return codes.map((code) => `${status} ${code}`);
      });
    const expected = errorCodesOf(route).map((code) => `${errors[code].status} ${code}`);
    assert.deepEqual(told.toSorted(), expected.toSorted(), id);
  }
});

test("the webhooks are the event catalogue, each with its example", () => {
  assert.deepEqual(keysAt("webhooks"), [...eventTypes]);
  for (const type of eventTypes) {
    const content = ["webhooks", type, "post", "requestBody", "content", "application/json"];
    assert.equal(at(...content, "example", "type"), type);
  }
});

test("lists in a query are told as comma lists, required ones as required", () => {
  assert.deepEqual(parameterAt("/events", "get", "types"), {
    name: "types",
    in: "query",
    required: false,
    description: "Types, with commas; absent: all",
    style: "form",
    explode: false,
    schema: { type: "array", maxItems: 100, items: { $ref: "#/components/schemas/EventType" } },
  });
  const from = parameterAt("/streams/{stream}/archive", "delete", "from");
  assert.equal(Object(from).required, true);
});

test("the server is the public URL without a slash too many", () => {
  assert.deepEqual(at("servers"), [{ url: "http://127.0.0.1:8080/api/v1" }]);
});
