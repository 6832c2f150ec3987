import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startNode } from "./node-process.ts";

const MAIN = fileURLToPath(new URL("../apps/server/src/main.ts", import.meta.url));
const KEY = "a-key-for-tests-only";

/** A media server in a process of its own, on free ports and a data folder of its own. */
export type ServerProcess = {
  readonly http: string;
  /** "" unless it is set. */
  readonly https: string;
  readonly rtmp: string;
  readonly key: string;
  readonly data: string;
  /** Of the process that runs now. */
  readonly pid: number;
  /** Lines that the server has logged so far. */
  readonly log: readonly string[];
  /** Ends the process without a word, as a power cut would. */
  kill(): Promise<void>;
  /** Asks the process to end, and answers its exit code. */
  stop(): Promise<number | null>;
  /** Starts again on the same data and the same ports. */
  restart(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
};

type Ready = { http: string; https: string; rtmp: string };

function readReady(said: Readonly<Record<string, unknown>>): Ready | undefined {
  const { msg, http, https, rtmp } = said;
  if (msg !== "ready" || typeof http !== "string" || typeof rtmp !== "string") return undefined;
  return { http, https: typeof https === "string" ? https : "", rtmp };
}

/** Starts a server; resolves when it says that it is ready. */
export async function startServer(settings: Record<string, string> = {}): Promise<ServerProcess> {
  const data = await mkdtemp(join(tmpdir(), "oxbow-server-"));
  const env = (http: string, rtmp: string): Record<string, string> => ({
    OXBOW_DATA: data,
    OXBOW_HOST: "127.0.0.1",
    OXBOW_HTTP_PORT: http,
    OXBOW_RTMP_PORT: rtmp,
    OXBOW_API_KEY: KEY,
    ...settings,
  });
  const server = await startNode(MAIN, env("0", "0"), readReady);
  const { ready, log } = server;
  return {
    ...ready,
    key: KEY,
    data,
    get pid() {
      return server.pid;
    },
    log,
    async kill() {
      await server.end("SIGKILL");
    },
    stop: () => server.end("SIGTERM"),
    async restart() {
      await server.start(env(new URL(ready.http).port, new URL(ready.rtmp).port));
    },
    async [Symbol.asyncDispose]() {
      await server.end("SIGKILL");
      await rm(data, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
