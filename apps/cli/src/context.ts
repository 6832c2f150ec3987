import type { Client } from "@oxbow/sdk";
import type { Command } from "commander";
import { connect, type GlobalOptions } from "./connect.ts";
import { CommandError, exit, type Io } from "./io.ts";
import { printJson } from "./print.ts";

/** What a command works with. */
export type Context = {
  readonly io: Io;
  /** Made when it is first used: `--help` needs no key. */
  readonly client: Client;
  readonly options: GlobalOptions;
  /** Prints for programs where `--json` is given, otherwise for people. */
  readonly show: (value: unknown, forPeople: () => void) => void;
};

export function contextOf(command: Command, io: Io): Context {
  const options = command.optsWithGlobals<GlobalOptions>();
  return {
    io,
    options,
    get client() {
      return connect(options, io);
    },
    show(value, forPeople) {
      if (options.json === true) printJson(io.out, value);
      else forPeople();
    },
  };
}

/** Asks before what can't be undone; without a terminal, `--yes` must say so. */
export async function confirmed(io: Io, yes: boolean | undefined, question: string): Promise<void> {
  if (yes === true) return;
  if (!io.interactive) throw new CommandError(`${question} Say so with --yes`, exit.usage);
  if (!(await io.confirm(question))) throw new CommandError("Nothing was done", exit.interrupted);
}
