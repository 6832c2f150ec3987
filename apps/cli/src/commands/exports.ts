import type { Client, Export } from "@oxbow/sdk";
import { type Command, InvalidArgumentError, Option } from "commander";
import { type Context, contextOf } from "../context.ts";
import { CommandError, exit, type Io } from "../io.ts";
import { parseDuration, parseMoment } from "../moment.ts";
import { bytesText, printFacts, printTable, secondsText } from "../print.ts";
import { watchExport } from "../watch-export.ts";
import { addEncodeOptions, type EncodeOptions, encodeFields } from "./encode-options.ts";

type ExportBody = Parameters<Client["exports"]["create"]>[0];

/** `export`: from the archive to MP4. */
export function addExports(program: Command, io: Io): void {
  const exports = program
    .command("export")
    .alias("exports")
    .description("Turn a part of the archive into an MP4")
    .addHelpText("after", examples);
  addCreate(exports, io);

  addList(exports, io);

  exports
    .command("show")
    .description("Show an export")
    .argument("<export>", "its id")
    .action(async (id: string, _options: unknown, command: Command) => {
      const { client, show } = contextOf(command, io);
      const job = await client.exports.get(id);
      show(job, () => printExport(job, io));
    });

  exports
    .command("abort")
    .description("Abort an export")
    .argument("<export>", "its id")
    .option("--reason <text>", "why, for the event and the log")
    .action(async (id: string, { reason }: { reason?: string }, command: Command) => {
      const { client, show } = contextOf(command, io);
      const job = await client.exports.abort(id, reason === undefined ? {} : { reason });
      show(job, () => io.out.write(`${job.id} is ${job.state}\n`));
    });

  exports
    .command("retry")
    .description("Try a failed or aborted export again, as a new one")
    .argument("<export>", "its id")
    .option("--wait", "wait for its end")
    .action(async (id: string, { wait }: { wait?: boolean }, command: Command) => {
      const context = contextOf(command, io);
      const { client } = context;
      await beginAndTell(context, client, () => client.exports.retry(id), wait === true);
    });
}

function addList(exports: Command, io: Io): void {
  exports
    .command("list")
    .description("List the exports, the newest first")
    .option("--stream <stream>", "of one stream")
    .addOption(new Option("--state <state>", "in one state").choices(states))
    .option("--limit <count>", "how many", "50")
    .action(async (options: ListOptions, command: Command) => {
      const { client, show } = contextOf(command, io);
      const { items } = await client.exports.list(options);
      show(items, () =>
        printTable(
          io.out,
          ["ID", "STATE", "PERCENT", "FROM", "TO", "ASSET OR ERROR"],
          items.map(rowOf),
        ),
      );
    });
}

function addCreate(exports: Command, io: Io): void {
  const create = exports
    .command("create", { isDefault: true })
    .description("Export a range of a stream, or a whole broadcast")
    .argument("[stream]", "name or id")
    .option("--from <time>", "RFC 3339, Unix milliseconds, now, or -10m")
    .option("--to <time>", "the same; now unless told")
    .option(
      "--last <duration>",
      "the last 90s, 10m, 1h30m that were on air, instead of --from and --to",
      duration,
    )
    .option("--broadcast <id>", "a whole broadcast, instead of a stream and times")
    .option("--title <title>", "of the asset")
    .option("--metadata <name=value>", "your own values; may be repeated", pair)
    .addOption(new Option("--mode <mode>", "how").choices(["copy", "transcode"]))
    .addOption(new Option("--cut <cut>", "where").choices(["keyframe", "exact"]))
    .addOption(new Option("--gaps <how>", "missing media").choices(["skip", "fail", "fill"]))
    .addOption(new Option("--packing <packing>", "of the file").choices(["auto", "clean"]))
    .addOption(new Option("--checksum <sum>", "of the file").choices(["sha256", "none"]));
  addEncodeOptions(create)
    .option("--wait", "wait for its end; exit status 1 where it failed, 4 where it was aborted")
    .action(async (stream: string | undefined, options: CreateOptions, command: Command) => {
      const context = contextOf(command, io);
      const { client } = context;
      const body = await bodyOf(stream, options, context);
      await beginAndTell(context, client, () => client.exports.create(body), options.wait === true);
    });
}

async function beginAndTell(
  { io, show }: Context,
  client: Client,
  begin: () => Promise<Export>,
  wait: boolean,
): Promise<void> {
  if (!wait) {
    const job = await begin();
    show(job, () => io.out.write(`${job.id} is ${job.state}; --wait waits for its end\n`));
    return;
  }
  const ended = await watchExport(client, begin, io);
  if (ended.type === "dvr_mp4_export_ready") {
    const { asset, duration: seconds, bytes, playback, location, files = [] } = ended.data;
    show(ended.data, () =>
      printFacts(io.out, {
        Asset: asset,
        Length: secondsText(seconds),
        Size: bytesText(bytes),
        File: playback.mp4 ?? location,
        Qualities:
          files.length > 1 ? files.map(({ rendition }) => rendition).join(", ") : undefined,
      }),
    );
    return;
  }
  if (ended.type === "dvr_mp4_export_failed") {
    const { code, message, fallbacks } = ended.data;
    show(ended.data, () => {
      for (const { kind, url } of fallbacks) io.out.write(`Instead (${kind}): ${url}\n`);
    });
    throw new CommandError(`The export failed: ${message} (${code})`);
  }
  const { by, why } = ended.data;
  show(ended.data, () => undefined);
  throw new CommandError(`The export was aborted by ${by}${why ? `: ${why}` : ""}`, exit.aborted);
}

const states = ["queued", "waiting", "running", "ready", "failed", "aborted"] as const;

type ListOptions = {
  readonly stream?: string;
  readonly state?: (typeof states)[number];
  readonly limit: string;
};

type CreateOptions = Pick<ExportBody, "title" | "mode" | "cut" | "gaps" | "packing" | "checksum"> &
  EncodeOptions & {
    readonly from?: string;
    readonly to?: string;
    readonly last?: number;
    readonly broadcast?: string;
    readonly metadata?: Record<string, string>;
    readonly wait?: boolean;
  };

/** The request that the command line asks for. Throws where it asks for two things, or none. */
async function bodyOf(
  stream: string | undefined,
  options: CreateOptions,
  { client, io }: Context,
): Promise<ExportBody> {
  const { from, to, last, broadcast } = options;
  const named = { ...plainFields(options), ...encodeFields(options, io) };
  if (broadcast !== undefined) {
    if (stream ?? from ?? to ?? last)
      throw wrong("Give --broadcast alone, without stream and times");
    return { ...named, broadcast };
  }
  if (stream === undefined) throw wrong("Give a stream, or --broadcast");
  const now = io.now();
  if (last !== undefined) {
    if (from ?? to) throw wrong("Give --last, or --from and --to");
    const end = (await endOf(client, stream)) ?? now;
    return { ...named, stream, from: end - last, to: end };
  }
  if (from === undefined) throw wrong("Give --from, or --last like --last 10m");
  return {
    ...named,
    stream,
    from: moment("--from", from, now),
    to: moment("--to", to ?? "now", now),
  };
}

/** Unix milliseconds at which the recording ends of a stream that is off the air; undefined while it is on. */
async function endOf(client: Client, stream: string): Promise<number | undefined> {
  const { state } = await client.streams.get(stream);
  if (state !== "offline") return undefined;
  const { newest } = await client.archive.get(stream);
  return newest === null ? undefined : Date.parse(newest);
}

/** Options that are fields of the request under the same name. */
function plainFields(options: CreateOptions) {
  const { title, metadata, mode, cut, gaps, packing, checksum } = options;
  return {
    ...(title === undefined ? {} : { title }),
    ...(metadata === undefined ? {} : { metadata }),
    ...(mode === undefined ? {} : { mode }),
    ...(cut === undefined ? {} : { cut }),
    ...(gaps === undefined ? {} : { gaps }),
    ...(packing === undefined ? {} : { packing }),
    ...(checksum === undefined ? {} : { checksum }),
  };
}

const wrong = (message: string): CommandError => new CommandError(message, exit.usage);

function moment(option: string, text: string, now: number): number {
  try {
    return parseMoment(text, now);
  } catch (error) {
    throw wrong(`${option} "${text}": ${error instanceof Error ? error.message : String(error)}`);
  }
}

function duration(text: string): number {
  const ms = parseDuration(text);
  if (ms === undefined) throw new InvalidArgumentError("Give a duration like 90s, 10m or 1h30m.");
  return ms;
}

function pair(text: string, before: Record<string, string> = {}): Record<string, string> {
  const [, name, value] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
  if (name === undefined || value === undefined) throw new InvalidArgumentError("Give name=value.");
  return { ...before, [name]: value };
}

function rowOf(job: Export): string[] {
  const end = job.asset ?? job.error?.code ?? "";
  return [job.id, job.state, `${Math.floor(job.percent)} %`, job.from, job.to, end];
}

function printExport(job: Export, io: Io): void {
  printFacts(io.out, {
    Id: job.id,
    State: job.state,
    Stream: job.stream,
    From: job.from,
    To: job.to,
    Progress: `${Math.floor(job.percent)} %, ${bytesText(job.bytes)}`,
    Left: job.secondsLeft === null ? undefined : secondsText(job.secondsLeft),
    Attempt: job.attempt,
    Asset: job.asset,
    Error: job.error === null ? undefined : `${job.error.message} (${job.error.code})`,
  });
}

const examples = `
Examples:
  $ oxbow export story --last 10m --wait
  $ oxbow export create story --from 2026-03-01T20:05:00Z --to 2026-03-01T20:15:00Z --title "The tale"
  $ oxbow export create --broadcast brd_01k9z0b3c5d7e9f1g3h5j7k9m1 --gaps fail --wait
  $ oxbow export story --last 10m --mode transcode --rendition 720p --rendition 480p --cut exact --gaps fill
  $ oxbow export story --last 10m --mode transcode --burn en=tale.srt --loudness --watermark logo.png
  $ oxbow export list --state failed`;
