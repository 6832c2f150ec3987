import type { Event, EventType } from "@oxbow/sdk";
import { type Command, InvalidArgumentError } from "commander";
import { contextOf } from "../context.ts";
import type { Io } from "../io.ts";
import { printJson } from "../print.ts";
import { wholeNumber } from "./stream-policy.ts";

/** `events`: the log, and what happens now. */
export function addEvents(program: Command, io: Io): void {
  const events = program
    .command("events")
    .description("Everything that happened, and what happens now")
    .addHelpText("after", examples);

  withFilter(events.command("follow", { isDefault: true }))
    .description("Tell events as they happen, until Ctrl-C; with --json one on each line")
    .action(async (options: Filter, command: Command) => {
      const { client, options: all } = contextOf(command, io);
      const stop = new AbortController();
      const off = io.onInterrupt(() => stop.abort());
      const interrupted = () => io.err.write("The connection broke; trying again\n");
      try {
        const feed = client.events.follow(queryOf(options), { signal: stop.signal, interrupted });
        for await (const event of feed) {
          io.out.write(`${all.json === true ? JSON.stringify(event) : lineOf(event)}\n`);
        }
      } finally {
        off();
      }
    });

  withFilter(events.command("list"))
    .description("Read the log, the oldest event first")
    .option("--limit <count>", "how many at most", wholeNumber, 100)
    .action(async (options: Filter & { limit: number }, command: Command) => {
      const { client, options: all } = contextOf(command, io);
      const found: Event[] = [];
      const pages = client.events.list({
        ...queryOf(options),
        limit: Math.min(1000, options.limit),
      });
      for await (const event of pages) {
        found.push(event);
        if (found.length >= options.limit) break;
      }
      if (all.json === true) printJson(io.out, found);
      else for (const event of found) io.out.write(`${lineOf(event)}\n`);
    });
}

type Filter = {
  readonly after?: number;
  readonly types?: readonly EventType[];
  readonly stream?: string;
};

const withFilter = (command: Command): Command =>
  command
    .option("--after <sequence>", "after the event with this sequence", wholeNumber)
    .option("--types <types>", "these types only, with commas", typeList)
    .option("--stream <stream>", "of one stream, by name or id");

/** The filter without the options that every command has. */
function queryOf({ after, types, stream }: Filter): Filter {
  return {
    ...(after === undefined ? {} : { after }),
    ...(types === undefined ? {} : { types }),
    ...(stream === undefined ? {} : { stream }),
  };
}

// The server knows the types: a newer one than this program may be asked for by an older one.
function typeList(text: string): string[] {
  const types = text.split(",").filter((type) => type !== "");
  if (types.length === 0) throw new InvalidArgumentError("Give types with commas between them.");
  return types;
}

function lineOf({ time, sequence, type, stream, data }: Event): string {
  return `${time} ${sequence} ${type} ${stream?.name ?? "-"} ${JSON.stringify(data)}`;
}

const examples = `
Examples:
  $ oxbow events
  $ oxbow events follow --types dvr_mp4_export_ready,dvr_mp4_export_failed --json
  $ oxbow events list --stream story --after 1200`;
