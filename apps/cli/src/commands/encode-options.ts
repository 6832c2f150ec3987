import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Client } from "@oxbow/sdk";
import { type Command, InvalidArgumentError, Option } from "commander";
import { CommandError, exit, type Io } from "../io.ts";

type ExportBody = Parameters<Client["exports"]["create"]>[0];
type Watermark = NonNullable<ExportBody["watermark"]>;
type Timing = "export" | "broadcast";

/** What of the command line is about qualities, texts, sound and image. */
export type EncodeOptions = {
  readonly rendition?: readonly string[];
  readonly audioOnly?: true;
  readonly subtitles?: readonly NamedFile[];
  readonly burn?: readonly NamedFile[];
  readonly timing?: Timing;
  readonly loudness?: true | number;
  readonly watermark?: string;
  readonly watermarkPosition?: NonNullable<Watermark["position"]>;
  readonly watermarkOpacity?: number;
  readonly watermarkWidth?: number;
};

type NamedFile = { readonly language: string; readonly file: string };

const timings: readonly Timing[] = ["export", "broadcast"];
const corners: readonly NonNullable<Watermark["position"]>[] = [
  "top-left",
  "top-right",
  "bottom-left",
  "bottom-right",
  "center",
];

export function addEncodeOptions(command: Command): Command {
  return command
    .option("--rendition <name>", "a file of this quality: source, 720p; may be repeated", more)
    .option("--audio-only", "sound alone")
    .option("--subtitles <language=file>", "WebVTT or SubRip; may be repeated", named)
    .option("--burn <language=file>", "the same, drawn into the pictures", named)
    .addOption(new Option("--timing <of>", "what time 0 of those texts is").choices(timings))
    .option("--loudness [lufs]", "bring the sound to -16 LUFS, or as many as are told", number)
    .option("--watermark <file>", "a PNG or JPEG over all pictures")
    .addOption(new Option("--watermark-position <where>", "its corner").choices(corners))
    .option("--watermark-opacity <share>", "0 to 1", number)
    .option("--watermark-width <share>", "of the picture's width, 0.01 to 1", number);
}

/** The fields of the request that they ask for. Reads the files. */
export function encodeFields(options: EncodeOptions, io: Io) {
  const { rendition, audioOnly, subtitles = [], burn = [], timing, loudness } = options;
  const about = timing === undefined ? {} : { timing };
  const texts = [
    ...subtitles.map((from) => textOf("--subtitles", from, about, io)),
    ...burn.map((from) => textOf("--burn", from, { ...about, burn: true }, io)),
  ];
  const watermark = watermarkOf(options, io);
  return {
    ...(rendition === undefined ? {} : { renditions: [...rendition] }),
    ...(audioOnly === undefined ? {} : { tracks: ["audio" as const] }),
    ...(texts.length === 0 ? {} : { subtitles: texts }),
    ...(loudness === undefined ? {} : { loudness }),
    ...(watermark === undefined ? {} : { watermark }),
  };
}

function watermarkOf(options: EncodeOptions, io: Io): Watermark | undefined {
  const { watermark, watermarkPosition: position } = options;
  const { watermarkOpacity: opacity, watermarkWidth: width } = options;
  if (watermark === undefined) return undefined;
  return {
    image: fileBytes("--watermark", watermark, io).toString("base64"),
    ...(position === undefined ? {} : { position }),
    ...(opacity === undefined ? {} : { opacity }),
    ...(width === undefined ? {} : { width }),
  };
}

/** A file that the command line names, from where the command runs. */
export function fileBytes(option: string, file: string, { cwd }: Io): Buffer {
  try {
    return readFileSync(resolve(cwd, file));
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new CommandError(`${option} "${file}": ${why}`, exit.usage);
  }
}

function textOf<About>(option: string, { language, file }: NamedFile, about: About, io: Io) {
  const bytes = fileBytes(option, file, io);
  // The byte order marks of UTF-16.
  const mark = bytes.length < 2 ? 0 : bytes.readUInt16BE();
  const encoding = mark === 0xfffe ? "utf-16le" : mark === 0xfeff ? "utf-16be" : "utf-8";
  try {
    return { language, text: new TextDecoder(encoding, { fatal: true }).decode(bytes), ...about };
  } catch {
    throw new CommandError(`${option} "${file}": save it as UTF-8`, exit.usage);
  }
}

const more = (text: string, before: readonly string[] = []): string[] => [...before, text];

function named(text: string, before: readonly NamedFile[] = []): NamedFile[] {
  const [, language, file] = /^([A-Za-z0-9-]+)=(.+)$/s.exec(text) ?? [];
  if (language === undefined || file === undefined) {
    throw new InvalidArgumentError("Give language=file, like en=tale.srt.");
  }
  return [...before, { language, file }];
}

function number(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value))
    throw new InvalidArgumentError("Give a number.");
  return value;
}
