import { MalformedInput } from "@oxbow/media";
import type { PositionedRead } from "../fmp4/index.ts";
import {
  BoxFields,
  childrenOf,
  type FoundBox,
  findBox,
  needBox,
  readBoxes,
  readBoxHeader,
} from "../isobmff/index.ts";
import { GrowingTable } from "./growing-table.ts";
import { UnsupportedMovie } from "./unsupported-movie.ts";

/** What `trex` says of the samples of a track where its fragments say nothing. */
type Defaults = { description: number; duration: number; size: number; flags: number };

/** Samples of a movie: a month of pictures and sound. */
const MAX_SAMPLES = 2 ** 26;
const MAX_BOXES = 2 ** 22;
const MAX_MOOF = 2 ** 26;
/** Most `moof` boxes are inside; an audio fragment is whole. */
const WINDOW = 4096;
/** sample_is_non_sync_sample, ISO/IEC 14496-12 §8.8.3.1. */
const NON_SYNC = 0x1_0000;

/**
 * Reads every `moof` of a fragmented movie, whoever wrote it: several tracks and runs in a fragment, places
 * told by the file or by the fragment, defaults of `trex` (ISO/IEC 14496-12 §8.8).
 * @param tables by track id; tracks that are not in it are passed over
 * @throws MalformedInput, UnsupportedMovie
 */
export async function readMovieFragments(
  read: PositionedRead,
  size: number,
  of: { readonly from: number; readonly mvex: readonly FoundBox[]; readonly movie: Uint8Array },
  tables: ReadonlyMap<number, GrowingTable>,
): Promise<void> {
  const defaults = readDefaults(of.movie, of.mvex);
  let offset = of.from;
  for (let boxes = 0; offset + 8 <= size; boxes += 1) {
    if (boxes > MAX_BOXES) throw new UnsupportedMovie("It has too many boxes", "too-large");
    let window = await read(offset, Math.min(WINDOW, size - offset));
    const view = new DataView(window.buffer, window.byteOffset, window.byteLength);
    const header = readBoxHeader(view, 0, offset);
    if (header === undefined) return;
    const bytes = Math.min(header.size, size - offset);
    if (header.type === "moof") {
      // A recording that was cut off: all before this is whole.
      if (header.size > bytes) return;
      if (bytes > MAX_MOOF) throw new UnsupportedMovie("A moof is too large", "too-large");
      if (window.length < bytes) window = await read(offset, bytes);
      if (window.length < bytes) return;
      readMovieFragment(window.subarray(0, bytes), header.headerBytes, {
        offset,
        size,
        defaults,
        tables,
      });
    }
    offset += bytes;
  }
}

function readDefaults(movie: Uint8Array, mvex: readonly FoundBox[]): Map<number, Defaults> {
  const found = new Map<number, Defaults>();
  for (const trex of mvex) {
    if (trex.type !== "trex") continue;
    const fields = new BoxFields(movie, trex);
    fields.full();
    const track = fields.u32();
    const [description, duration, size, flags] = [
      fields.u32(),
      fields.u32(),
      fields.u32(),
      fields.u32(),
    ];
    found.set(track, { description, duration, size, flags });
  }
  return found;
}

type Place = {
  /** Of the `moof` in the file. */
  readonly offset: number;
  /** Of the file. */
  readonly size: number;
  readonly defaults: ReadonlyMap<number, Defaults>;
  readonly tables: ReadonlyMap<number, GrowingTable>;
};

function readMovieFragment(bytes: Uint8Array, headerBytes: number, place: Place): void {
  // Where a track tells no base, its data follow those of the track before (§8.8.7.1).
  let end = place.offset;
  for (const traf of readBoxes(bytes, headerBytes, bytes.length)) {
    if (traf.type === "traf") end = readTrackFragment(bytes, traf, place, end);
  }
}

/** Answers where the track's data end. */
function readTrackFragment(
  bytes: Uint8Array,
  traf: FoundBox,
  place: Place,
  before: number,
): number {
  const boxes = childrenOf(bytes, traf);
  const fields = new BoxFields(bytes, needBox(boxes, "tfhd", traf));
  const { flags } = fields.full();
  const track = fields.u32();
  const has = (flag: number): boolean => (flags & flag) !== 0;
  const told = has(1) ? fields.u64() : undefined;
  const base = told ?? (has(0x2_0000) ? place.offset : before);
  const trex = place.defaults.get(track) ?? { description: 1, duration: 0, size: 0, flags: 0 };
  const defaults = {
    description: has(2) ? fields.u32() : trex.description,
    duration: has(8) ? fields.u32() : trex.duration,
    size: has(16) ? fields.u32() : trex.size,
    flags: has(32) ? fields.u32() : trex.flags,
  };
  const table = place.tables.get(track);
  const tfdt = findBox(boxes, "tfdt");
  if (table !== undefined && tfdt !== undefined) begin(bytes, tfdt, table);
  let end = base;
  for (const trun of boxes) {
    if (trun.type === "trun") end = readRun(bytes, trun, { base, end, defaults, table, place });
  }
  return end;
}

/** `tfdt`, §8.8.12: fragments go on where they say, but never before what is there. */
function begin(bytes: Uint8Array, tfdt: FoundBox, table: GrowingTable): void {
  const fields = new BoxFields(bytes, tfdt);
  const time = fields.time(fields.full().version);
  if (time < table.last) {
    throw new MalformedInput(`A fragment begins at ${time}, after a sample at ${table.last}`, {
      spec: "ISO/IEC 14496-12 §8.8.12",
      offset: tfdt.start,
    });
  }
  table.moveTo(time);
}

type Run = {
  readonly base: number;
  readonly end: number;
  readonly defaults: Defaults;
  readonly table: GrowingTable | undefined;
  readonly place: Place;
};

/** `trun`, §8.8.8. Answers where its data end. */
function readRun(bytes: Uint8Array, trun: FoundBox, run: Run): number {
  const fields = new BoxFields(bytes, trun);
  const { flags } = fields.full();
  const has = (flag: number): boolean => (flags & flag) !== 0;
  const count = fields.u32();
  let at = has(1) ? run.base + fields.i32() : run.end;
  const first = has(4) ? fields.u32() : undefined;
  const columns = [0x100, 0x200, 0x400, 0x800].filter(has).length;
  fields.entries(count, columns * 4);
  const { table, defaults, place } = run;
  const outside = at < 0 || count * (has(0x200) ? 0 : defaults.size) > place.size;
  if (outside || (table?.count ?? 0) + count > MAX_SAMPLES) throw leaves(trun);
  for (let sample = 0; sample < count; sample += 1) {
    const duration = has(0x100) ? fields.u32() : defaults.duration;
    const size = has(0x200) ? fields.u32() : defaults.size;
    const own = has(0x400) ? fields.u32() : defaults.flags;
    // Version 0 counts without a sign; what is above 2^31 was meant with one.
    const cto = has(0x800) ? fields.i32() : 0;
    const sync = ((sample === 0 ? (first ?? own) : own) & NON_SYNC) === 0;
    if (at + size > place.size) {
      // The last fragment of a recording that was cut off.
      return place.size;
    }
    table?.push(size, at, duration, cto, sync, defaults.description);
    at += size;
  }
  return at;
}

function leaves(trun: FoundBox): MalformedInput {
  return new MalformedInput("A run of samples leaves the file", {
    spec: "ISO/IEC 14496-12 §8.8.8",
    offset: trun.start,
  });
}
