import { MalformedInput, type Track } from "@oxbow/media";
import { BoxFields, childrenOf, type FoundBox, findBox, needBox } from "./box-reader.ts";
import { readSampleDescriptions } from "./sample-entry-reader.ts";
import { turnOf, unixTime, unpackLanguage } from "./track-boxes.ts";

/** Tracks that a file may have. */
const MAX_TRACKS = 64;

/** What `trak` says around its sample table. */
export type FoundTrack = {
  readonly id: number;
  readonly timescale: number;
  readonly language: string;
  /** BCP 47, where the file tells it beside the three letters (ISO/IEC 14496-12 §8.4.6). */
  readonly tag: string | undefined;
  readonly handler: string;
  /** What the handler is called, for people. */
  readonly name: string;
  readonly enabled: boolean;
  /** Names of the sample entries, and their configurations where they are known. */
  readonly names: readonly string[];
  readonly configs: readonly (Track["config"] | undefined)[];
  /** The boxes in `trak` and in its `stbl`. */
  readonly boxes: readonly FoundBox[];
  readonly table: FoundBox;
};

/** What `mvhd` says. */
export type FoundMovie = {
  readonly timescale: number;
  readonly duration: number;
  readonly createdAt: number | undefined;
};

/** @throws MalformedInput */
export function readMovieHeader(bytes: Uint8Array, mvhd: FoundBox): FoundMovie {
  const fields = new BoxFields(bytes, mvhd);
  const { version } = fields.full();
  const createdAt = unixTime(fields.time(version));
  fields.time(version);
  return { createdAt, timescale: readTimescale(fields, mvhd), duration: fields.time(version) };
}

function readTimescale(fields: BoxFields, within: FoundBox): number {
  const timescale = fields.u32();
  if (timescale === 0) {
    throw new MalformedInput(`The timescale of "${within.type}" is 0`, {
      spec: "ISO/IEC 14496-12 §8.4.2.3",
      offset: fields.at - 4,
    });
  }
  return timescale;
}

/** The tracks of `moov`. @throws MalformedInput */
export function readTracks(bytes: Uint8Array, inMovie: readonly FoundBox[]): FoundTrack[] {
  const traks = inMovie.filter((found) => found.type === "trak");
  if (traks.length > MAX_TRACKS) {
    throw new MalformedInput(`There are ${traks.length} tracks`, {
      spec: "ISO/IEC 14496-12 §8.3.1",
    });
  }
  const tracks = traks.map((trak) => readTrack(bytes, trak));
  if (new Set(tracks.map((track) => track.id)).size < tracks.length) {
    throw new MalformedInput("Two tracks have one id", { spec: "ISO/IEC 14496-12 §8.3.2.3" });
  }
  return tracks;
}

function readTrack(bytes: Uint8Array, trak: FoundBox): FoundTrack {
  const boxes = childrenOf(bytes, trak);
  const header = readTrackHeader(bytes, needBox(boxes, "tkhd", trak));
  const mdia = needBox(boxes, "mdia", trak);
  const media = childrenOf(bytes, mdia);
  const mdhd = new BoxFields(bytes, needBox(media, "mdhd", mdia));
  const { version } = mdhd.full();
  mdhd.time(version);
  mdhd.time(version);
  const timescale = readTimescale(mdhd, mdia);
  mdhd.time(version);
  const language = unpackLanguage(mdhd.u16());
  const hdlr = new BoxFields(bytes, needBox(media, "hdlr", mdia));
  hdlr.skip(8);
  const handler = String.fromCharCode(...hdlr.bytes(4));
  const name = handlerName(hdlr);
  const minf = needBox(media, "minf", mdia);
  const table = needBox(childrenOf(bytes, minf), "stbl", minf);
  const stsd = needBox(childrenOf(bytes, table), "stsd", table);
  const { names, configs } = readSampleDescriptions(bytes, stsd);
  return {
    id: header.id,
    enabled: header.enabled,
    timescale,
    language,
    tag: extendedLanguage(bytes, media),
    handler,
    name,
    names,
    configs: configs.map((config) => turned(config, header.turn)),
    boxes,
    table,
  };
}

/** Up to a zero, or QuickTime's with its length before it. */
function handlerName(hdlr: BoxFields): string {
  if (hdlr.left < 12) return "";
  hdlr.skip(12);
  const bytes = hdlr.bytes(hdlr.left);
  const counted = bytes[0] === bytes.length - 1;
  const [text = ""] = new TextDecoder().decode(counted ? bytes.subarray(1) : bytes).split("\0");
  return text;
}

function extendedLanguage(bytes: Uint8Array, media: readonly FoundBox[]): string | undefined {
  const elng = findBox(media, "elng");
  if (elng === undefined) return undefined;
  const fields = new BoxFields(bytes, elng);
  fields.full();
  const [tag = ""] = new TextDecoder().decode(fields.bytes(fields.left)).split("\0");
  return /^[A-Za-z0-9-]{2,35}$/.test(tag) ? tag : undefined;
}

function readTrackHeader(
  bytes: Uint8Array,
  tkhd: FoundBox,
): { id: number; enabled: boolean; turn: 0 | 90 | 180 | 270 } {
  const fields = new BoxFields(bytes, tkhd);
  const { version, flags } = fields.full();
  fields.time(version);
  fields.time(version);
  const id = fields.u32();
  fields.skip(4);
  fields.time(version);
  fields.skip(16);
  const numbers = Array.from({ length: 9 }, () => fields.i32());
  return { id, enabled: (flags & 1) === 1, turn: turnOf(numbers) };
}

function turned(
  config: Track["config"] | undefined,
  turn: 0 | 90 | 180 | 270,
): Track["config"] | undefined {
  return config?.kind === "video" && turn !== 0 ? { ...config, rotation: turn } : config;
}
