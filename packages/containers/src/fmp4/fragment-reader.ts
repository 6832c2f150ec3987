import { MalformedInput } from "@oxbow/media";
import { BoxFields, childrenOf, type FoundBox, needBox, readBoxes } from "../isobmff/index.ts";
import { compactRun, type SampleRun } from "../sample-run.ts";

/** What a `moof` says, and where its samples begin, counted from its first byte. */
export type ReadFragment = {
  readonly sequence: number;
  readonly track: number;
  readonly dts: number;
  readonly dataOffset: number;
  readonly samples: SampleRun;
};

/** Samples of one chunk; bounds what a run without columns can ask for. */
const MAX_SAMPLES = 2 ** 20;
/** sample_is_non_sync_sample, ISO/IEC 14496-12 §8.8.3.1. */
const NON_SYNC = 0x1_0000;

type Defaults = {
  readonly duration: number | undefined;
  readonly size: number | undefined;
  readonly flags: number | undefined;
};

/**
 * Reads a `moof` of one track (ISO/IEC 23000-19 §7.3.2.3), told in full by itself.
 * @param bytes begin with the `moof`
 * @throws MalformedInput
 */
export function readFragment(
  bytes: Uint8Array,
  moofBytes: number,
  headerBytes: number,
): ReadFragment {
  const moof: FoundBox = { type: "moof", start: 0, body: headerBytes, end: moofBytes };
  const boxes = readBoxes(bytes, headerBytes, moofBytes);
  const mfhd = new BoxFields(bytes, needBox(boxes, "mfhd", moof));
  mfhd.full();
  const sequence = mfhd.u32();
  const traf = needBox(boxes, "traf", moof);
  if (boxes.filter((found) => found.type === "traf").length > 1) {
    throw broken("A chunk holds more than one track", "ISO/IEC 23000-19 §7.3.2.3", traf);
  }
  const inTraf = childrenOf(bytes, traf);
  const { track, defaults } = readTrackHeader(bytes, needBox(inTraf, "tfhd", traf));
  const tfdt = new BoxFields(bytes, needBox(inTraf, "tfdt", traf));
  const dts = tfdt.time(tfdt.full().version);
  const truns = inTraf.filter((found) => found.type === "trun");
  const [trun] = truns;
  if (trun === undefined || truns.length > 1) {
    throw broken(`A chunk has ${truns.length} runs`, "ISO/IEC 23000-19 §7.5.17", traf);
  }
  return { sequence, track, dts, ...readRun(bytes, trun, defaults) };
}

function broken(message: string, spec: string, at: FoundBox): MalformedInput {
  return new MalformedInput(message, { spec, offset: at.start });
}

/** `tfhd`, ISO/IEC 14496-12 §8.8.7. */
function readTrackHeader(bytes: Uint8Array, tfhd: FoundBox): { track: number; defaults: Defaults } {
  const fields = new BoxFields(bytes, tfhd);
  const { flags } = fields.full();
  const track = fields.u32();
  if ((flags & 1) !== 0) {
    throw broken("A fragment tells its place in the file", "ISO/IEC 23000-19 §7.5.16", tfhd);
  }
  if ((flags & 2) !== 0) fields.u32(); // sample_description_index
  return {
    track,
    defaults: {
      duration: (flags & 8) === 0 ? undefined : fields.u32(),
      size: (flags & 16) === 0 ? undefined : fields.u32(),
      flags: (flags & 32) === 0 ? undefined : fields.u32(),
    },
  };
}

/** `trun`, §8.8.8. */
function readRun(
  bytes: Uint8Array,
  trun: FoundBox,
  defaults: Defaults,
): { dataOffset: number; samples: SampleRun } {
  const fields = new BoxFields(bytes, trun);
  const { flags } = fields.full();
  const has = (flag: number): boolean => (flags & flag) !== 0;
  const count = fields.u32();
  const dataOffset = has(1) ? fields.i32() : -1;
  const first = has(4) ? fields.u32() : undefined;
  const columns = [0x100, 0x200, 0x400, 0x800].filter(has).length;
  fields.entries(count, columns * 4);
  const known =
    (has(0x100) || defaults.duration !== undefined) && (has(0x200) || defaults.size !== undefined);
  if (dataOffset < 0 || count < 1 || count > MAX_SAMPLES || !known) {
    throw broken(
      `A run of ${count} samples does not tell all of them`,
      "ISO/IEC 14496-12 §8.8.8",
      trun,
    );
  }
  const sizes = new Uint32Array(count);
  const durations = has(0x100) ? new Uint32Array(count) : (defaults.duration ?? 0);
  const ctos = has(0x800) ? new Int32Array(count) : undefined;
  const syncs = new Uint32Array(count);
  let syncCount = 0;
  for (let place = 0; place < count; place++) {
    if (typeof durations !== "number") durations[place] = fields.u32();
    sizes[place] = has(0x200) ? fields.u32() : (defaults.size ?? 0);
    const own = has(0x400) ? fields.u32() : (defaults.flags ?? 0);
    const told = place === 0 ? (first ?? own) : own;
    if ((told & NON_SYNC) === 0) syncs[syncCount++] = place;
    // Version 0 counts without a sign; what is above 2^31 was meant with one.
    if (ctos !== undefined) ctos[place] = fields.i32();
  }
  const run = { count, sizes, durations, syncs: syncs.slice(0, syncCount) };
  return { dataOffset, samples: compactRun(ctos === undefined ? run : { ...run, ctos }) };
}
