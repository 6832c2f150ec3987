import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startPostgres } from "@oxbow/database/for-tests";
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

/** `OXBOW_TEST_DATABASE=postgres`: a whole run on PostgreSQL. */
const OF_THE_RUN = process.env["OXBOW_TEST_DATABASE"];

/**
 * Starts a media server and the platform on it; resolves when both are ready.
 *
 * @param settings of the platform: OXBOW_…
 * @param ofServer of the media server
 * @param database what both keep their tables in; without a PostgreSQL here it is SQLite all the same
 */
export async function startPlatform(
  settings: Record<string, string> = {},
  ofServer: Record<string, string> = {},
  database = OF_THE_RUN,
): Promise<PlatformProcess> {
  await using opened = new AsyncDisposableStack();
  const urls = database === "postgres" ? await twoDatabases(opened) : undefined;
  const server = opened.use(
    await startServer({ ...(urls && { OXBOW_DATABASE_URL: urls.server }), ...ofServer }),
  );
  const data = await mkdtemp(join(tmpdir(), "oxbow-platform-"));
  opened.defer(() => rm(data, { recursive: true, force: true, maxRetries: 5 }));
  const env = (port: string): Record<string, string> => ({
    OXBOW_DATA: data,
    OXBOW_HOST: "127.0.0.1",
    OXBOW_PLATFORM_PORT: port,
    OXBOW_SERVER_URL: server.http,
    OXBOW_API_KEY: server.key,
    // Encoding it would take the machine from what is tested.
    OXBOW_SAMPLE_FILM: "off",
    ...(urls && { OXBOW_PLATFORM_DATABASE_URL: urls.platform }),
    ...settings,
  });
  const platform = await startNode(MAIN, env("0"), ({ msg, role, http }) =>
    msg === "ready" && role === "platform" && typeof http === "string" ? http : undefined,
  );
  opened.defer(async () => void (await platform.end("SIGKILL")));
  const http = platform.ready;
  const closing = opened.move();
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
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  };
}

async function twoDatabases(
  opened: AsyncDisposableStack,
): Promise<{ readonly server: string; readonly platform: string } | undefined> {
  const postgres = await startPostgres();
  if ("missing" in postgres) return undefined;
  opened.use(postgres);
  return { server: await postgres.database(), platform: await postgres.database() };
}
