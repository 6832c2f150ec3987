import type { Ladder, Stream } from "@oxbow/sdk";
import type { Command } from "commander";
import { confirmed, contextOf } from "../context.ts";
import type { Io } from "../io.ts";
import { printFacts, printTable } from "../print.ts";
import { addPolicyOptions, type PolicyOptions, policyFields } from "./stream-policy.ts";

/** `streams`: places to publish to. */
export function addStreams(program: Command, io: Io): void {
  const streams = program
    .command("streams")
    .alias("stream")
    .description("Places to publish to")
    .addHelpText("after", examples);

  streams
    .command("list")
    .description("List the streams")
    .action(async (_options: unknown, command: Command) => {
      const { client, show } = contextOf(command, io);
      const all = await Array.fromAsync(client.streams.list({ limit: 200 }));
      show(all, () =>
        printTable(
          io.out,
          ["NAME", "STATE", "TITLE", "ID"],
          all.map(({ name, state, title, id }) => [name, state, title ?? "", id]),
        ),
      );
    });

  addCreate(streams, io);
  addUpdate(streams, io);

  streams
    .command("show")
    .description("Show a stream: where to publish, where to watch")
    .argument("<stream>", "name or id")
    .action(async (id: string, _options: unknown, command: Command) => {
      const { client, show } = contextOf(command, io);
      const stream = await client.streams.get(id);
      show(stream, () => printStream(stream, io));
    });

  streams
    .command("key")
    .description("Make a new stream key; the old one stops admitting")
    .argument("<stream>", "name or id")
    .action(async (id: string, _options: unknown, command: Command) => {
      const { client, show } = contextOf(command, io);
      const stream = await client.streams.resetKey(id);
      show(stream, () => io.out.write(`${stream.publish.rtmp.key ?? ""}\n`));
    });

  streams
    .command("end")
    .description("End the broadcast and disconnect the encoder")
    .argument("<stream>", "name or id")
    .action(async (id: string, _options: unknown, command: Command) => {
      const { client, show } = contextOf(command, io);
      const stream = await client.streams.end(id);
      show(stream, () => io.out.write(`${stream.name} is ${stream.state}\n`));
    });

  addDelete(streams, io);
}

function addDelete(streams: Command, io: Io): void {
  streams
    .command("delete")
    .description("Delete a stream with its archive; its assets stay")
    .argument("<stream>", "name or id")
    .option("--yes", "do not ask")
    .action(async (id: string, { yes }: { yes?: boolean }, command: Command) => {
      const { client, show } = contextOf(command, io);
      await confirmed(io, yes, `Delete the stream "${id}" and its archive for ever?`);
      await client.streams.delete(id);
      show({ deleted: id }, () => io.out.write(`${id} is deleted\n`));
    });
}

function addCreate(streams: Command, io: Io): void {
  const create = streams
    .command("create")
    .description("Create a stream, and tell where to publish")
    .argument("<name>", "1 to 64 of a-z 0-9 . _ -")
    .option("--no-record", "keep no archive");
  addPolicyOptions(create).action(
    async (name: string, options: PolicyOptions & { record: boolean }, command: Command) => {
      const { client, show } = contextOf(command, io);
      const { record } = options;
      const stream = await client.streams.create({ name, record, ...policyFields(options) });
      show(stream, () => printStream(stream, io));
    },
  );
}

function addUpdate(streams: Command, io: Io): void {
  const update = streams
    .command("update")
    .description("Change a stream; what is not told stays")
    .argument("<stream>", "name or id");
  addPolicyOptions(update).action(async (id: string, options: PolicyOptions, command: Command) => {
    const { client, show } = contextOf(command, io);
    const stream = await client.streams.update(id, policyFields(options));
    show(stream, () => printStream(stream, io));
  });
}

const examples = `
Examples:
  $ oxbow streams create story --title "Storytelling evening" --keep-days 7
  $ oxbow streams create talk --latency low --signed
  $ oxbow streams create match --ladder standard
  $ oxbow streams create class --ladder 720p,360p --record-renditions source
  $ oxbow streams update story --ladder mobile
  $ oxbow streams show story
  $ oxbow streams list --json`;

function printStream(stream: Stream, io: Io): void {
  const { publish, playback } = stream;
  printFacts(io.out, {
    Name: stream.name,
    Id: stream.id,
    Title: stream.title,
    State: stream.state,
    Broadcast: stream.broadcast,
    Server: publish.rtmp.server,
    "Stream key": publish.rtmp.key,
    Watch: playback.embed,
    HLS: playback.hls,
    DASH: playback.dash,
    Qualities: stream.ladder === undefined ? undefined : ladderText(stream.ladder),
    Recorded: recordedText(stream),
  });
}

function ladderText(ladder: Ladder): string {
  if (typeof ladder === "string") return ladder;
  return ladder.map((rung) => (typeof rung === "string" ? rung : nameOf(rung))).join(", ");
}

function nameOf(rung: Exclude<Exclude<Ladder, string>[number], string>): string {
  if (!("height" in rung)) return rung.name;
  return rung.name ?? `${rung.height}p${rung.fps ?? ""}`;
}

function recordedText({ record, recordRenditions }: Stream): string {
  if (!record) return "no";
  return recordRenditions === "source" ? "the source alone" : "yes";
}
