import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { logLine, startNode } from "./node-process.ts";
import { type ServerProcess, startServer } from "./server-process.ts";
import { until } from "./until.ts";

const MAIN = fileURLToPath(new URL("../apps/platform/src/main.ts", import.meta.url));

/** The platform in a process of its own, on a media server of its own. */
export type PlatformProcess = {
  /** Where the site is. */
  readonly http: string;
  readonly server: ServerProcess;
  readonly data: string;
  readonly pid: number;
  /** Lines that the platform has logged so far. */
  readonly log: readonly string[];
  /** The one-time link of the console that makes the operator's account. */
  setupLink(): Promise<string>;
  /** Ends the process without a word. */
  kill(): Promise<void>;
  /** Asks it to end, and answers its exit code. */
  stop(): Promise<number | null>;
  /** Starts again on the same data and the same port. */
  restart(): Promise<void>;
  /** Ends both, and removes their data. */
  [Symbol.asyncDispose](): Promise<void>;
};

/**
 * Starts a media server and the platform on it; resolves when both are ready.
 *
 * @param settings of the platform: OXBOW_…
 * @param ofServer of the media server
 */
export async function startPlatform(
  settings: Record<string, string> = {},
  ofServer: Record<string, string> = {},
): Promise<PlatformProcess> {
  const server = await startServer(ofServer);
  const data = await mkdtemp(join(tmpdir(), "oxbow-platform-"));
  const env = (port: string): Record<string, string> => ({
    OXBOW_DATA: data,
    OXBOW_HOST: "127.0.0.1",
    OXBOW_PLATFORM_PORT: port,
    OXBOW_SERVER_URL: server.http,
    OXBOW_API_KEY: server.key,
    // Encoding it would take the machine from what is tested.
    OXBOW_SAMPLE_FILM: "off",
    ...settings,
  });
  const platform = await startNode(MAIN, env("0"), ({ msg, role, http }) =>
    msg === "ready" && role === "platform" && typeof http === "string" ? http : undefined,
  ).catch(async (error: unknown) => {
    await server[Symbol.asyncDispose]();
    throw error;
  });
  const http = platform.ready;
  return {
    http,
    server,
    data,
    get pid() {
      return platform.pid;
    },
    log: platform.log,
    setupLink: () =>
      until("the link for the first set-up", async () => {
        const said = platform.log.map((line) => logLine(line)?.["setup"]);
        return said.findLast((link) => typeof link === "string");
      }),
    async kill() {
      await platform.end("SIGKILL");
    },
    stop: () => platform.end("SIGTERM"),
    async restart() {
      await platform.start(env(new URL(http).port));
    },
    async [Symbol.asyncDispose]() {
      await platform.end("SIGKILL");
      await rm(data, { recursive: true, force: true, maxRetries: 5 });
      await server[Symbol.asyncDispose]();
    },
  };
}
