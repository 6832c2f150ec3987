import { OxbowError } from "@oxbow/sdk";
import { Command, CommanderError } from "commander";
import { addDoctor } from "./commands/doctor.ts";
import { addEvents } from "./commands/events.ts";
import { addExports } from "./commands/exports.ts";
import { addKeys } from "./commands/keys.ts";
import { addServe } from "./commands/serve.ts";
import { addSinks } from "./commands/sinks.ts";
import { addStreams } from "./commands/streams.ts";
import { addSubtitles } from "./commands/subtitles.ts";
import { CommandError, exit, type Io } from "./io.ts";

/**
 * Runs a command line (without the program's own name) and resolves to its exit status. Everything
 * that it prints, reads and asks goes through `io`.
 */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  let status: number = exit.ok;
  const program = programOf(io, (code) => {
    status = code;
  });
  try {
    await program.parseAsync([...argv], { from: "user" });
    return status;
  } catch (error) {
    return statusOf(error, io);
  }
}

function programOf(io: Io, ended: (status: number) => void): Command {
  const program = new Command("oxbow")
    .description("Self-hosted live streaming: publish, watch, record, export, serve")
    .option("--url <url>", "the server (OXBOW_URL), http://127.0.0.1:8080 unless told")
    .option("--key <key>", "the API key (OXBOW_API_KEY), or that of the data folder")
    .option("--data <folder>", "the data folder (OXBOW_DATA), ./data unless told")
    .option("--json", "print JSON")
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => io.out.write(text),
      writeErr: (text) => io.err.write(text),
      getOutHelpWidth: () => io.out.columns,
      getErrHelpWidth: () => io.err.columns,
      getOutHasColors: () => io.out.isTTY,
      getErrHasColors: () => io.err.isTTY,
    })
    .showSuggestionAfterError()
    .exitOverride()
    .addHelpText("after", examples);
  addServe(program, io, ended);
  addDoctor(program, io);
  addStreams(program, io);
  addExports(program, io);
  addSubtitles(program, io);
  addEvents(program, io);
  addSinks(program, io);
  addKeys(program, io);
  return program;
}

/** Tells of an error in one line, and what the exit status is. */
function statusOf(error: unknown, io: Io): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exit.ok : exit.usage;
  if (error instanceof CommandError) {
    io.err.write(`${error.message}\n`);
    return error.status;
  }
  if (error instanceof OxbowError) {
    io.err.write(`${error.message} (${error.code})${advice(error)}\n`);
    return error.code === "unreachable" ? exit.unreachable : exit.failed;
  }
  throw error;
}

function advice(error: OxbowError): string {
  if (error.code === "unreachable") return "; is the server running? oxbow serve starts it";
  if (error.code === "unauthorized") return "; give --key or set OXBOW_API_KEY";
  return "";
}

const examples = `
Examples:
  $ oxbow serve
  $ oxbow streams create story
  $ oxbow export story --last 10m --wait
  $ oxbow events follow`;
