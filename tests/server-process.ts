import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("../apps/server/src/main.ts", import.meta.url));
const KEY = "a-key-for-tests-only";

/** The longest that a server may take to be ready, in milliseconds. */
const PATIENCE = 30_000;

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

function readReady(line: string): Ready | undefined {
  if (!line.startsWith("{")) return undefined;
  const said: unknown = JSON.parse(line);
  if (typeof said !== "object" || said === null) return undefined;
  if (!("msg" in said) || said.msg !== "ready" || !("http" in said) || !("rtmp" in said)) {
    return undefined;
  }
  const https = "https" in said ? String(said.https) : "";
  return { http: String(said.http), https, rtmp: String(said.rtmp) };
}

/** Starts a server; resolves when it says that it is ready. */
export async function startServer(settings: Record<string, string> = {}): Promise<ServerProcess> {
  const data = await mkdtemp(join(tmpdir(), "oxbow-server-"));
  const log: string[] = [];
  let child: ChildProcess | undefined;

  const start = async (ports: { http: string; rtmp: string }): Promise<Ready> => {
    const started = spawn(process.execPath, [MAIN], {
      env: {
        ...process.env,
        OXBOW_DATA: data,
        OXBOW_HOST: "127.0.0.1",
        OXBOW_HTTP_PORT: ports.http,
        OXBOW_RTMP_PORT: ports.rtmp,
        OXBOW_API_KEY: KEY,
        ...settings,
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    child = started;
    started.stderr.setEncoding("utf8").on("data", (text: string) => log.push(text));
    const { promise, resolve, reject } = Promise.withResolvers<Ready>();
    const tooLate = setTimeout(reject, PATIENCE, new Error(`Not ready:\n${log.join("\n")}`));
    createInterface(started.stdout).on("line", (line) => {
      log.push(line);
      const ready = readReady(line);
      if (ready !== undefined) resolve(ready);
    });
    started.once("exit", (code) => reject(new Error(`Ended with ${code}:\n${log.join("\n")}`)));
    return promise.finally(() => clearTimeout(tooLate));
  };
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return null;
    const ended = once(child, "exit");
    child.kill(signal);
    const [code] = await ended;
    return typeof code === "number" ? code : null;
  };

  const ready = await start({ http: "0", rtmp: "0" });
  return {
    ...ready,
    key: KEY,
    data,
    get pid() {
      return child?.pid ?? 0;
    },
    log,
    async kill() {
      await end("SIGKILL");
    },
    stop: () => end("SIGTERM"),
    async restart() {
      await start({ http: new URL(ready.http).port, rtmp: new URL(ready.rtmp).port });
    },
    async [Symbol.asyncDispose]() {
      await end("SIGKILL");
      await rm(data, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
