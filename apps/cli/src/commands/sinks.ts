import type { Client, Sink } from "@oxbow/sdk";
import { type Command, InvalidArgumentError } from "commander";
import { confirmed, contextOf } from "../context.ts";
import { CommandError, exit, type Io } from "../io.ts";
import { parseMoment } from "../moment.ts";
import { printFacts, printTable } from "../print.ts";
import { wholeNumber } from "./stream-policy.ts";

type SinkBody = Parameters<Client["sinks"]["create"]>[0];

/** `sinks`: where events go as webhooks. */
export function addSinks(program: Command, io: Io): void {
  const sinks = program
    .command("sinks")
    .alias("sink")
    .description("Where events go as webhooks")
    .addHelpText("after", examples);

  sinks
    .command("list")
    .description("List the sinks")
    .action(async (_options: unknown, command: Command) => {
      const { client, show } = contextOf(command, io);
      const all = await Array.fromAsync(client.sinks.list({ limit: 200 }));
      show(all, () => printTable(io.out, ["ID", "STATE", "TYPES", "URL"], all.map(rowOf)));
    });

  sinks
    .command("create")
    .description("Send events to a URL; tells the secret, once")
    .argument("<url>", "http or https")
    .option("--types <types>", "these types only, with commas", commaList)
    .option("--streams <streams>", "of these streams only, with commas", commaList)
    .option("--batch <count>", "events in one request, as a JSON array", wholeNumber)
    .action(async (url: string, options: Omit<SinkBody, "url">, command: Command) => {
      const { client, show } = contextOf(command, io);
      const { types, streams, batch } = options;
      const sink = await client.sinks.create({ url, types, streams, batch });
      show(sink, () => printFacts(io.out, { Id: sink.id, URL: sink.url, Secret: sink.secret }));
    });

  addTest(sinks, io);

  addReplay(sinks, io);

  sinks
    .command("remove")
    .alias("delete")
    .description("Remove a sink; what is pending is dropped")
    .argument("<sink>", "its id")
    .option("--yes", "do not ask")
    .action(async (id: string, { yes }: { yes?: boolean }, command: Command) => {
      const { client, show } = contextOf(command, io);
      await confirmed(io, yes, `Remove the sink ${id}, with what is not delivered yet?`);
      await client.sinks.delete(id);
      show({ deleted: id }, () => io.out.write(`${id} is removed\n`));
    });
}

function addReplay(sinks: Command, io: Io): void {
  sinks
    .command("replay")
    .description("Deliver a part of the log again")
    .argument("<sink>", "its id")
    .option("--after <sequence>", "events after this sequence", wholeNumber)
    .option("--from <time>", "RFC 3339, Unix milliseconds, now, or -10m")
    .option("--to <time>", "the same; now unless told")
    .action(async (id: string, options: ReplayOptions, command: Command) => {
      const { client, show } = contextOf(command, io);
      const done = await client.sinks.replay(id, rangeOf(options, io.now()));
      show(done, () => io.out.write(`${done.deliveries} events are delivered again\n`));
    });
}

function addTest(sinks: Command, io: Io): void {
  sinks
    .command("test")
    .description("Send a signed test message; exit status 1 where it is not taken")
    .argument("<sink>", "its id")
    .action(async (id: string, _options: unknown, command: Command) => {
      const { client, show } = contextOf(command, io);
      const { delivered, status, milliseconds, answer, error } = await client.sinks.test(id);
      const what = status === null ? (error ?? "no answer") : `status ${status}`;
      const told = { delivered, status, milliseconds, answer, error };
      show(told, () => io.out.write(`${what} after ${Math.round(milliseconds)} ms\n`));
      if (!delivered) throw new CommandError("The sink did not take the message");
    });
}

type ReplayOptions = { readonly after?: number; readonly from?: string; readonly to?: string };

function rangeOf({ after, from, to }: ReplayOptions, now: number) {
  if (after !== undefined && from === undefined && to === undefined) return { after };
  if (after !== undefined || from === undefined) {
    throw new CommandError("Give --after, or --from and --to", exit.usage);
  }
  try {
    return { from: parseMoment(from, now), to: parseMoment(to ?? "now", now) };
  } catch (error) {
    throw new CommandError(error instanceof Error ? error.message : String(error), exit.usage);
  }
}

function commaList(text: string): string[] {
  const items = text.split(",").filter((item) => item !== "");
  if (items.length === 0) throw new InvalidArgumentError("Give values with commas between them.");
  return items;
}

function rowOf({ id, enabled, types, url }: Sink): string[] {
  return [id, enabled ? "enabled" : "disabled", types.length === 0 ? "all" : types.join(","), url];
}

const examples = `
Examples:
  $ oxbow sinks create http://127.0.0.1:3000/hooks/oxbow --types dvr_mp4_export_ready
  $ oxbow sinks test snk_01k9z0s1s2s3s4s5s6s7s8s9s0
  $ oxbow sinks replay snk_01k9z0s1s2s3s4s5s6s7s8s9s0 --from -2h`;
