import { spawn } from "node:child_process";
import { constants } from "node:os";
import { fileURLToPath } from "node:url";
import { type Command, InvalidArgumentError } from "commander";
import type { GlobalOptions } from "../connect.ts";
import { CommandError, type Io } from "../io.ts";

const entry = new URL("../../../server/src/main.ts", import.meta.url);

type ServeOptions = GlobalOptions & {
  readonly host?: string;
  readonly httpPort?: string;
  readonly rtmpPort?: string;
};

/** `serve`: the media server, in a process of its own. */
export function addServe(program: Command, io: Io, ended: (status: number) => void): void {
  program
    .command("serve")
    .description("Run the media server; Ctrl-C drains it, a second one stops it at once")
    .option("--host <address>", "listen there (OXBOW_HOST)")
    .option("--http-port <port>", "API and playback; 0: any free one (OXBOW_HTTP_PORT)", port)
    .option("--rtmp-port <port>", "RTMP; 0: any free one (OXBOW_RTMP_PORT)", port)
    .addHelpText("after", examples)
    .action(async (_options: unknown, command: Command) => {
      ended(await runServer(entry, settingsOf(command.optsWithGlobals<ServeOptions>()), io));
    });
}

/** Options as the server's settings: it reads its environment. */
function settingsOf(options: ServeOptions): Record<string, string> {
  const { data, host, httpPort, rtmpPort, key } = options;
  return {
    ...(data === undefined ? {} : { OXBOW_DATA: data }),
    ...(host === undefined ? {} : { OXBOW_HOST: host }),
    ...(httpPort === undefined ? {} : { OXBOW_HTTP_PORT: httpPort }),
    ...(rtmpPort === undefined ? {} : { OXBOW_RTMP_PORT: rtmpPort }),
    ...(key === undefined ? {} : { OXBOW_API_KEY: key }),
  };
}

/** Runs a program with our input and output until it ends; its exit status, or 128 + its signal. */
export async function runServer(
  program: URL,
  settings: Readonly<Record<string, string>>,
  { env, cwd, interactive, onInterrupt }: Pick<Io, "env" | "cwd" | "interactive" | "onInterrupt">,
): Promise<number> {
  const child = spawn(process.execPath, [fileURLToPath(program)], {
    cwd,
    env: { ...env, ...settings },
    stdio: "inherit",
  });
  const off = onInterrupt(() => {
    // From a terminal the child has the signal already; a second one would cut its drain short.
    if (!interactive) child.kill("SIGINT");
  });
  const terminate = (): void => void child.kill("SIGTERM");
  process.on("SIGTERM", terminate);
  try {
    return await new Promise((resolve, reject) => {
      child.once("error", (cause) =>
        reject(new CommandError(`The server does not start: ${cause.message}`)),
      );
      child.once("close", (code, signal) =>
        resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])),
      );
    });
  } finally {
    off();
    process.off("SIGTERM", terminate);
  }
}

function port(text: string): string {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535) {
    throw new InvalidArgumentError("Give a port, 0 to 65535.");
  }
  return text;
}

const examples = `
Examples:
  $ oxbow serve
  $ oxbow serve --data /var/lib/oxbow --http-port 80
  $ OXBOW_PUBLIC_URL=https://live.example.org oxbow serve`;
