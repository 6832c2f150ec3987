import { MalformedInput, type Track, type VideoConfig } from "@oxbow/media";
import { ascii, type Box, box, fullBox, type Part, u16, u32, uTime, utf8 } from "./box.ts";
import { threeLetters } from "./language.ts";

/** Seconds from 1904, the epoch of ISO/IEC 14496-12 §8.2.2.3, to 1970. */
const EPOCH = 2_082_844_800;
const UNITY = 0x1_0000;

/** What the boxes around a track's samples tell. */
export type TrackFrame = {
  readonly track: Track;
  /** In ticks of the movie, after edits. */
  readonly movieDuration: number;
  /** In ticks of the track, before edits. */
  readonly mediaDuration: number;
  /** Unix milliseconds; absent where nobody knows. */
  readonly createdAt?: number | undefined;
};

/** Creation time as boxes hold it: whole seconds since 1904, 0 where unknown. */
function boxTime(unixMillis: number | undefined): number {
  return unixMillis === undefined ? 0 : Math.max(0, Math.floor(unixMillis / 1000) + EPOCH);
}

/** Unix milliseconds of a box's time, undefined where it is unknown. */
export function unixTime(seconds: number): number | undefined {
  return seconds === 0 ? undefined : (seconds - EPOCH) * 1000;
}

/** Version 1 where one of the values needs 64 bits. */
export function versionFor(...values: readonly number[]): 0 | 1 {
  return values.some((value) => value > 0xffff_ffff) ? 1 : 0;
}

/** `mvhd`, §8.2.2. */
export function movieHeader(of: {
  timescale: number;
  duration: number;
  nextTrack: number;
  createdAt?: number | undefined;
}): Box {
  const created = boxTime(of.createdAt);
  const version = versionFor(created, of.duration);
  return fullBox(
    "mvhd",
    version,
    0,
    uTime(version, created),
    uTime(version, created),
    u32(of.timescale),
    uTime(version, of.duration),
    u32(UNITY),
    u16(0x100, 0),
    u32(0, 0),
    matrix(0, 0, 0),
    new Uint8Array(24),
    u32(of.nextTrack),
  );
}

/** Where a text stands over the pictures, in pixels as displayed; whether it is shown unasked. */
export type TextPlace = {
  readonly enabled: boolean;
  readonly top: number;
  readonly width: number;
  readonly height: number;
};

/** `tkhd`, §8.3.2: size as displayed before it is turned, and the turn. */
export function trackHeader(
  of: Pick<TrackFrame, "movieDuration" | "createdAt"> & {
    readonly track: { readonly id: number; readonly config?: Track["config"] };
    readonly text?: TextPlace;
  },
): Box {
  if (of.text !== undefined) return textHeader(of, of.text);
  const { config, id } = of.track;
  const created = boxTime(of.createdAt);
  const version = versionFor(created, of.movieDuration);
  const [width, height] = config?.kind === "video" ? displaySize(config) : [0, 0];
  const turn = config?.kind === "video" ? (config.rotation ?? 0) : 0;
  return fullBox(
    "tkhd",
    version,
    config === undefined ? 2 : 3, // in the movie; enabled where it is to be shown
    uTime(version, created),
    uTime(version, created),
    u32(id, 0),
    uTime(version, of.movieDuration),
    u32(0, 0),
    // Tracks of one kind are alternatives to each other; pictures and sound go together.
    u16(0, config?.kind === "audio" ? 1 : 0, config?.kind === "audio" ? 0x100 : 0, 0),
    matrix(turn, width, height),
    u32(width * UNITY, height * UNITY),
  );
}

function textHeader(
  of: Pick<TrackFrame, "movieDuration" | "createdAt"> & { readonly track: { readonly id: number } },
  { enabled, top, width, height }: TextPlace,
): Box {
  const created = boxTime(of.createdAt);
  const version = versionFor(created, of.movieDuration);
  return fullBox(
    "tkhd",
    version,
    enabled ? 3 : 2,
    uTime(version, created),
    uTime(version, created),
    u32(of.track.id, 0),
    uTime(version, of.movieDuration),
    u32(0, 0),
    // In front of the pictures; texts are alternatives to each other.
    u16(-1, 2, 0, 0),
    u32(UNITY, 0, 0, 0, UNITY, 0, 0, top * UNITY, 0x4000_0000),
    u32(width * UNITY, height * UNITY),
  );
}

/** The picture as it is seen: pixel aspect and turn applied. */
export function seenSize(config: VideoConfig): { width: number; height: number } {
  const [width, height] = displaySize(config);
  const across = config.rotation === 90 || config.rotation === 270;
  return across ? { width: height, height: width } : { width, height };
}

function displaySize(config: {
  width: number;
  height: number;
  pixelAspect: readonly [number, number];
}): [number, number] {
  const [across, down] = config.pixelAspect;
  // 16.16 holds no more than 65535.
  return [Math.min(65_535, Math.round((config.width * across) / down)), config.height];
}

/** The matrix of a clockwise turn (§6.2.2), moved so that the picture stays right of and below 0. */
function matrix(turn: number, width: number, height: number): Uint8Array {
  const w = width * UNITY;
  const h = height * UNITY;
  const last = 0x4000_0000;
  switch (turn) {
    case 90:
      return u32(0, UNITY, 0, -UNITY, 0, 0, h, 0, last);
    case 180:
      return u32(-UNITY, 0, 0, 0, -UNITY, 0, w, h, last);
    case 270:
      return u32(0, -UNITY, 0, UNITY, 0, 0, 0, w, last);
    default:
      return u32(UNITY, 0, 0, 0, UNITY, 0, 0, 0, last);
  }
}

/** `mdia`, §8.4, around the sample table. */
export function mediaBox(of: TrackFrame, sampleTable: Box): Box {
  const kind = of.track.config.kind;
  const head =
    kind === "video" ? fullBox("vmhd", 0, 1, u16(0, 0, 0, 0)) : fullBox("smhd", 0, 0, u32(0));
  return mediaOf(of, kind === "video" ? "vide" : "soun", head, sampleTable);
}

/** `mdia` of any handler. */
export function mediaOf(
  of: Pick<TrackFrame, "mediaDuration" | "createdAt"> & {
    /** Its language may be a tag of BCP 47. */
    readonly track: Pick<Track, "timescale" | "language">;
    /** For people. */
    readonly name?: string | undefined;
  },
  handler: string,
  head: Box,
  sampleTable: Box,
): Box {
  const created = boxTime(of.createdAt);
  const version = versionFor(created, of.mediaDuration);
  return box(
    "mdia",
    fullBox(
      "mdhd",
      version,
      0,
      uTime(version, created),
      uTime(version, created),
      u32(of.track.timescale),
      uTime(version, of.mediaDuration),
      u16(packLanguage(of.track.language), 0),
    ),
    // What three letters can't say (§8.4.6).
    ...(/^[a-z]{3}$/.test(of.track.language)
      ? []
      : [fullBox("elng", 0, 0, utf8(`${of.track.language}\0`))]),
    handlerBox(handler, { name: of.name }),
    box(
      "minf",
      head,
      box("dinf", fullBox("dref", 0, 0, u32(1), fullBox("url ", 0, 1))),
      sampleTable,
    ),
  );
}

const HANDLER_NAMES: Readonly<Record<string, string>> = {
  vide: "Video",
  soun: "Audio",
  text: "Chapters",
  sbtl: "Subtitles",
  mdir: "",
};

/** `hdlr`, §8.4.3. */
export function handlerBox(
  handler: string,
  of: { readonly name?: string | undefined; readonly reserved?: readonly Part[] } = {},
): Box {
  const { name = HANDLER_NAMES[handler] ?? "", reserved = [u32(0, 0, 0)] } = of;
  return fullBox("hdlr", 0, 0, u32(0), ascii(handler), ...reserved, utf8(`${name}\0`));
}

/** ISO 639-2 in three times five bits (§8.4.2.3). */
function packLanguage(language: string): number {
  let packed = 0;
  for (const letter of threeLetters(language))
    packed = (packed << 5) | (letter.charCodeAt(0) - 0x60);
  return packed;
}

/** QuickTime's own numbers of languages, from 0, as ISO 639-2; `und` where there is no such language. */
const QUICKTIME =
  "eng fra deu ita nld swe spa dan por nor heb jpn ara fin ell isl mlt tur hrv zho urd hin tha kor lit pol hun est lav und fao fas rus zho nld gle sqi ron ces slk slv yid srp mkd bul ukr".split(
    " ",
  );

/** The language that is packed; numbers below 0x400 are QuickTime's own. */
export function unpackLanguage(packed: number): string {
  if (packed < 0x400) return QUICKTIME[packed] ?? "und";
  let code = "";
  for (const shift of [10, 5, 0]) code += String.fromCharCode(0x60 + ((packed >> shift) & 31));
  return /^[a-z]{3}$/.test(code) ? code : "und";
}

/**
 * The clockwise turn of a matrix; other pictures (mirrored, scaled) count as not turned.
 * @throws MalformedInput where there are not nine numbers
 */
export function turnOf(numbers: readonly number[]): 0 | 90 | 180 | 270 {
  if (numbers.length !== 9) {
    throw new MalformedInput("A matrix has nine numbers", { spec: "ISO/IEC 14496-12 §6.2.2" });
  }
  const [a = 0, b = 0, , c = 0, d = 0] = numbers.map(Math.sign);
  if (a === 0 && d === 0 && b === 1 && c === -1) return 90;
  if (a === -1 && d === -1 && b === 0 && c === 0) return 180;
  if (a === 0 && d === 0 && b === -1 && c === 1) return 270;
  return 0;
}
