import assert from "node:assert/strict";
import { createServer, type RequestListener } from "node:http";
import { test } from "node:test";
import { call, requestOf } from "./call.ts";
import { CallError, refusalOf } from "./call-error.ts";

/** Calls a site that answers so, as a page calls its own. */
async function withSite<T>(answer: RequestListener, use: () => Promise<T>): Promise<T> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  assert.ok(typeof address === "object" && address !== null);
  const origin = `http://127.0.0.1:${address.port}`;
  const before = globalThis.fetch;
  // Pages call by paths; Node.js needs to know where they are.
  globalThis.fetch = (input, init) =>
    before(typeof input === "string" ? new URL(input, origin) : input, init);
  try {
    return await use();
  } finally {
    globalThis.fetch = before;
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

const problemOf = async (asked: Promise<unknown>): Promise<Partial<CallError>> => {
  try {
    await asked;
  } catch (error) {
    assert.ok(error instanceof CallError, String(error));
    const { code, reason, field, status } = error;
    return { code, reason, field, status };
  }
  return assert.fail("it was answered");
};

test("parameters, lists and what is left out find their places in the address", () => {
  assert.deepEqual(requestOf("accounts.endSession", { params: { session: "a/b?c" } }), {
    method: "DELETE",
    url: "/api/account/sessions/a%2Fb%3Fc",
  });
  assert.deepEqual(
    requestOf("accounts.people", { query: { search: "é&", role: undefined, limit: 3 } }),
    { method: "GET", url: "/api/operator/people?search=%C3%A9%26&limit=3" },
  );
});

test("a change is sent as JSON, and an empty answer is undefined", async () => {
  const seen: unknown[] = [];
  const site: RequestListener = (request, response) => {
    let text = "";
    request.on("data", (chunk) => {
      text += String(chunk);
    });
    request.on("end", () => {
      seen.push([request.method, request.url, request.headers["content-type"], JSON.parse(text)]);
      response.writeHead(204).end();
    });
  };
  const body = { token: "a token of twenty signs" };
  assert.equal(await withSite(site, () => call("accounts.checkSetup", { body })), undefined);
  assert.deepEqual(seen, [["POST", "/api/setup/check", "application/json", body]]);
});

test("a refusal tells its code, its finer reason, the field and the status", async () => {
  const site: RequestListener = (_, response) => {
    response.writeHead(409, { "content-type": "application/problem+json" });
    response.end(JSON.stringify({ code: "email_taken", title: "Taken", field: "email" }));
  };
  assert.deepEqual(await withSite(site, () => problemOf(call("accounts.session", {}))), {
    code: "conflict",
    reason: "email_taken",
    field: "email",
    status: 409,
  });
});

test("a proxy's page counts by its status", () => {
  const told = [502, 503, 418, 500].map((status) => refusalOf(status, undefined).code);
  assert.deepEqual(told, ["media_server_refused", "media_server_away", "internal", "internal"]);
});

const silent: RequestListener = () => undefined;

test("a site that is silent too long, or breaks off, is told as such", async () => {
  const slow = await withSite(silent, () =>
    problemOf(call("accounts.session", {}, { timeout: 20 })),
  );
  const broken = await withSite(
    (request) => request.socket.destroy(),
    () => problemOf(call("accounts.session", {})),
  );
  assert.deepEqual([slow.code, broken.code], ["timeout", "offline"]);
});

test("what the caller has given up is no error of the site", async () => {
  const signal = AbortSignal.abort(new Error("left the page"));
  await withSite(silent, () =>
    assert.rejects(call("accounts.session", {}, { signal }), /left the page/),
  );
});
