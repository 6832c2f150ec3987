import { runBytes, type SampleRun } from "../sample-run.ts";

/** What a chunk holds: its place in order, its track, its first decode time, its samples. */
export type FragmentDescription = {
  readonly sequence: number;
  readonly track: number;
  /** Ticks of the track, 0 or more. */
  readonly dts: number;
  readonly samples: SampleRun;
};

/** sample_depends_on 2: it needs no other (ISO/IEC 14496-12 §8.8.3.1). */
const SYNC = 0x0200_0000;
/** sample_depends_on 1, sample_is_non_sync_sample. */
const NOT_SYNC = 0x0101_0000;

const MOOF = 0x6d6f_6f66;
const MFHD = 0x6d66_6864;
const TRAF = 0x7472_6166;
const TFHD = 0x7466_6864;
const TFDT = 0x7466_6474;
const TRUN = 0x7472_756e;
const MDAT = 0x6d64_6174;

/** Of `tfhd`, §8.8.7.1. */
const DEFAULT_DURATION = 0x8;
const DEFAULT_FLAGS = 0x20;
const BASE_IS_MOOF = 0x2_0000;
/** Of `trun`, §8.8.8.1. */
const DATA_OFFSET = 0x1;
const FIRST_FLAGS = 0x4;
const DURATIONS = 0x100;
const SIZES = 0x200;
const FLAGS = 0x400;
const OFFSETS = 0x800;

/** moof, mfhd, traf, tfdt, the fixed part of tfhd with flags, of trun with data offset, mdat. */
const FIXED_BYTES = 8 + 16 + 8 + 20 + 20 + 20 + 8;

/**
 * `moof` and the header of the `mdat` whose payload the samples are, one after another. One buffer, as
 * small as the columns of the run allow: what is the same for all samples is stated once.
 * @throws RangeError where the run is empty, larger than 4 GiB, or its columns differ in length
 */
export function writeFragmentHeader(of: FragmentDescription): Uint8Array<ArrayBuffer> {
  const { count, durations, ctos } = of.samples;
  const payload = runBytes(of.samples);
  check(of, payload);
  const syncs = syncForm(of.samples);
  const uniform = typeof durations === "number";
  const perSample =
    4 + (uniform ? 0 : 4) + (syncs.form === "each" ? 4 : 0) + (ctos === undefined ? 0 : 4);
  const firstFlags = syncs.form === "first" ? 4 : 0;
  const bytes = FIXED_BYTES + (uniform ? 4 : 0) + firstFlags + count * perSample;
  const view = new DataView(new ArrayBuffer(bytes));
  const moofBytes = bytes - 8;
  const tfhdBytes = 20 + (uniform ? 4 : 0);
  putBox(view, 0, moofBytes, MOOF);
  putBox(view, 8, 16, MFHD);
  view.setUint32(20, of.sequence);
  putBox(view, 24, moofBytes - 24, TRAF);
  putBox(view, 32, tfhdBytes, TFHD);
  view.setUint32(40, BASE_IS_MOOF | DEFAULT_FLAGS | (uniform ? DEFAULT_DURATION : 0));
  view.setUint32(44, of.track);
  if (uniform) view.setUint32(48, durations);
  view.setUint32(32 + tfhdBytes - 4, syncs.rest);
  const tfdt = 32 + tfhdBytes;
  putBox(view, tfdt, 20, TFDT);
  view.setUint32(tfdt + 8, 0x100_0000);
  view.setUint32(tfdt + 12, Math.floor(of.dts / 2 ** 32));
  view.setUint32(tfdt + 16, of.dts % 2 ** 32);
  const trun = tfdt + 20;
  putBox(view, trun, moofBytes - trun, TRUN);
  const flags =
    DATA_OFFSET |
    SIZES |
    (firstFlags === 0 ? 0 : FIRST_FLAGS) |
    (uniform ? 0 : DURATIONS) |
    (syncs.form === "each" ? FLAGS : 0) |
    (ctos === undefined ? 0 : OFFSETS);
  view.setUint32(trun + 8, 0x100_0000 | flags);
  view.setUint32(trun + 12, count);
  view.setUint32(trun + 16, bytes);
  if (syncs.form === "first") view.setUint32(trun + 20, syncs.first);
  putSamples(view, trun + 20 + firstFlags, of.samples, syncs.form === "each");
  putBox(view, moofBytes, 8 + payload, MDAT);
  return new Uint8Array(view.buffer);
}

function check(of: FragmentDescription, payload: number): void {
  const { count, sizes, durations, ctos } = of.samples;
  const columns = [sizes, durations, ctos];
  if (
    count < 1 ||
    columns.some((column) => typeof column === "object" && column.length !== count)
  ) {
    throw new RangeError(`The columns do not make a run of ${count} samples`);
  }
  if (payload + 8 >= 2 ** 32) throw new RangeError(`${payload} bytes are too many for one chunk`);
  if (!Number.isSafeInteger(of.dts) || of.dts < 0) {
    throw new RangeError(`${of.dts} is not a decode time`);
  }
}

function putBox(view: DataView, at: number, size: number, type: number): void {
  view.setUint32(at, size);
  view.setUint32(at + 4, type);
}

/** How the sync flags are told: by one default, by another for the first sample, or for each. */
type SyncForm =
  | { readonly form: "all"; readonly rest: number }
  | { readonly form: "first"; readonly rest: number; readonly first: number }
  | { readonly form: "each"; readonly rest: number };

function syncForm({ count, syncs }: SampleRun): SyncForm {
  if (syncs === "all" || syncs.length === count) return { form: "all", rest: SYNC };
  if (syncs.length === 0) return { form: "all", rest: NOT_SYNC };
  if (syncs.length === 1 && syncs[0] === 0) return { form: "first", rest: NOT_SYNC, first: SYNC };
  if (syncs.length === count - 1 && syncs[0] === 1) {
    return { form: "first", rest: SYNC, first: NOT_SYNC };
  }
  return { form: "each", rest: NOT_SYNC };
}

function putSamples(view: DataView, start: number, run: SampleRun, flagsEach: boolean): void {
  const { count, sizes, durations, ctos, syncs } = run;
  let at = start;
  let nextSync = 0;
  for (let place = 0; place < count; place++) {
    if (typeof durations !== "number") {
      view.setUint32(at, durations[place] ?? 0);
      at += 4;
    }
    view.setUint32(at, sizes[place] ?? 0);
    at += 4;
    if (flagsEach) {
      const sync = syncs !== "all" && syncs[nextSync] === place;
      if (sync) nextSync += 1;
      view.setUint32(at, sync ? SYNC : NOT_SYNC);
      at += 4;
    }
    if (ctos !== undefined) {
      view.setInt32(at, ctos[place] ?? 0);
      at += 4;
    }
  }
}
