import type { Ladder, Stream } from "@oxbow/sdk";
import { type Command, InvalidArgumentError, Option } from "commander";
import { confirmed, contextOf } from "../context.ts";
import type { Io } from "../io.ts";
import { printFacts, printTable } from "../print.ts";

type Retention = { days?: number; bytes?: number };

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
  streams
    .command("create")
    .description("Create a stream, and tell where to publish")
    .argument("<name>", "1 to 64 of a-z 0-9 . _ -")
    .option("--title <title>", "what viewers read")
    .option("--no-record", "keep no archive")
    .option("--reconnect-window <seconds>", "how long a lost encoder may take", wholeNumber)
    .option("--keep-days <days>", "remove media that is older", wholeNumber)
    .option("--keep-bytes <bytes>", "remove the oldest media beyond", wholeNumber)
    .addOption(new Option("--latency <latency>", "how far behind viewers are").choices(latencies))
    .option("--signed", "only viewers with a token may watch")
    .option("--ladder <ladder>", "mobile, standard, full, or qualities like 720p,480p30", ladderOf)
    .addOption(new Option("--record-renditions <which>", "of the ladder").choices(recorded))
    .action(async (name: string, options: CreateOptions, command: Command) => {
      const { client, show } = contextOf(command, io);
      const { title, record, reconnectWindow, keepDays, keepBytes, latency, signed } = options;
      const { ladder, recordRenditions } = options;
      const retention: Retention = {
        ...(keepDays === undefined ? {} : { days: keepDays }),
        ...(keepBytes === undefined ? {} : { bytes: keepBytes }),
      };
      const stream = await client.streams.create({
        name,
        record,
        ...(title === undefined ? {} : { title }),
        ...(reconnectWindow === undefined ? {} : { reconnectWindow }),
        ...(latency === undefined ? {} : { latency }),
        ...(signed === undefined ? {} : { playback: { policy: "signed" as const } }),
        ...(ladder === undefined ? {} : { ladder }),
        ...(recordRenditions === undefined ? {} : { recordRenditions }),
        ...(Object.keys(retention).length === 0 ? {} : { retention }),
      });
      show(stream, () => printStream(stream, io));
    });
}

type CreateOptions = {
  readonly title?: string;
  readonly record: boolean;
  readonly reconnectWindow?: number;
  readonly keepDays?: number;
  readonly keepBytes?: number;
  readonly latency?: Latency;
  readonly signed?: true;
  readonly ladder?: ReturnType<typeof ladderOf>;
  readonly recordRenditions?: (typeof recorded)[number];
};

type Latency = "normal" | "low";
const latencies: readonly Latency[] = ["normal", "low"];
const recorded = ["all", "source"] as const;
const presets = ["source", "mobile", "standard", "full"] as const;

const examples = `
Examples:
  $ oxbow streams create story --title "Storytelling evening" --keep-days 7
  $ oxbow streams create talk --latency low --signed
  $ oxbow streams create match --ladder standard
  $ oxbow streams create class --ladder 720p,360p --record-renditions source
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

/** A preset, or names with commas between them. */
function ladderOf(text: string): (typeof presets)[number] | string[] {
  return presets.find((preset) => preset === text) ?? text.split(",").map((name) => name.trim());
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

/** Reads a whole number that is 0 or more. */
export function wholeNumber(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError("Give a whole number.");
  return Number(text);
}
