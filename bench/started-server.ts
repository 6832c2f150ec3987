import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const main = fileURLToPath(new URL("../apps/server/src/main.ts", import.meta.url));

/** A server process of its own on free ports and a folder that is removed with it. */
export interface StartedServer extends AsyncDisposable {
  readonly pid: number;
  readonly http: string;
  /** "" unless it is set. */
  readonly https: string;
  readonly rtmp: string;
  readonly key: string;
  readonly data: string;
  /** A request to the API; throws where it does not answer 2xx. */
  api(method: string, path: string, body?: unknown): Promise<unknown>;
}

export async function startServer(
  settings: Readonly<Record<string, string>> = {},
): Promise<StartedServer> {
  const data = await mkdtemp(join(tmpdir(), "oxbow-bench-"));
  const env = {
    ...process.env,
    OXBOW_DATA: data,
    OXBOW_HOST: "127.0.0.1",
    OXBOW_HTTP_PORT: "0",
    OXBOW_RTMP_PORT: "0",
    OXBOW_LOG_LEVEL: "info",
    UV_THREADPOOL_SIZE: "16",
    ...settings,
  };
  const child = spawn(process.execPath, [main], { env, stdio: ["ignore", "pipe", "inherit"] });
  const { http, https, rtmp } = await ready(child);
  const key = (await readFile(join(data, "api-key"), "utf8")).trim();
  return {
    pid: child.pid ?? 0,
    http,
    https,
    rtmp,
    key,
    data,
    async api(method, path, body) {
      const response = await fetch(`${http}/api/v1${path}`, {
        method,
        headers: {
          authorization: `Bearer ${key}`,
          ...(body === undefined ? {} : { "content-type": "application/json" }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      if (!response.ok) throw new Error(`${method} ${path}: ${await response.text()}`);
      return response.status === 204 ? undefined : response.json();
    },
    async [Symbol.asyncDispose]() {
      const gone = once(child, "exit");
      child.kill("SIGTERM");
      await gone;
      await rm(data, { recursive: true, force: true });
    },
  };
}

async function ready(child: ChildProcess): Promise<{ http: string; https: string; rtmp: string }> {
  if (!child.stdout) throw new Error("The server has no output");
  let last = "";
  for await (const line of createInterface({ input: child.stdout })) {
    last = line;
    const told: { msg?: string; http?: string; https?: string; rtmp?: string } = JSON.parse(line);
    if (told.msg !== "ready") continue;
    // What follows is read, so that the pipe does not fill.
    child.stdout.resume();
    return { http: told.http ?? "", https: told.https ?? "", rtmp: told.rtmp ?? "" };
  }
  throw new Error(`The server ended before it was ready: ${last}`);
}
