import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

/** The longest that a program may take to be ready, in milliseconds. */
const PATIENCE = 30_000;

/** One of our programs in a process of its own. */
export type NodeProcess<Ready> = {
  /** What it said when it was ready. */
  readonly ready: Ready;
  /** Of the process that runs now. */
  readonly pid: number;
  /** Lines that it has logged so far. */
  readonly log: readonly string[];
  /** Ends it by a signal, and answers its exit code. */
  end(signal: NodeJS.Signals): Promise<number | null>;
  /** Starts it again. */
  start(env: Record<string, string>): Promise<Ready>;
};

/** The JSON of a line of a log; undefined where it is none. */
export function logLine(line: string): Readonly<Record<string, unknown>> | undefined {
  if (!line.startsWith("{")) return undefined;
  const said: unknown = JSON.parse(line);
  return typeof said === "object" && said !== null ? { ...said } : undefined;
}

/**
 * Starts a program; resolves when a line of its log is what `readReady` waits for.
 *
 * @param env beside this process's own
 */
export async function startNode<Ready>(
  entry: string,
  env: Record<string, string>,
  readReady: (line: Readonly<Record<string, unknown>>) => Ready | undefined,
): Promise<NodeProcess<Ready>> {
  const log: string[] = [];
  let child: ChildProcess | undefined;
  const start = async (its: Record<string, string>): Promise<Ready> => {
    const started = spawn(process.execPath, [entry], {
      env: { ...process.env, ...its },
      stdio: ["ignore", "pipe", "pipe"],
    });
    child = started;
    started.stderr.setEncoding("utf8").on("data", (text: string) => log.push(text));
    const { promise, resolve, reject } = Promise.withResolvers<Ready>();
    const tooLate = setTimeout(() => reject(new Error(`Not ready:\n${log.join("\n")}`)), PATIENCE);
    createInterface(started.stdout).on("line", (line) => {
      log.push(line);
      const said = logLine(line);
      const ready = said === undefined ? undefined : readReady(said);
      if (ready !== undefined) resolve(ready);
    });
    started.once("exit", (code) => reject(new Error(`Ended with ${code}:\n${log.join("\n")}`)));
    return promise.finally(() => clearTimeout(tooLate));
  };
  const ready = await start(env);
  return {
    ready,
    get pid() {
      return child?.pid ?? 0;
    },
    log,
    async end(signal) {
      if (child === undefined || child.exitCode !== null || child.signalCode !== null) return null;
      const ended = once(child, "exit");
      child.kill(signal);
      const [code] = await ended;
      return typeof code === "number" ? code : null;
    },
    start,
  };
}
