import { sameConfig, type Track } from "@oxbow/media";
import { type Box, box, fullBox, sampleDescriptions, u16, u32 } from "../isobmff/index.ts";
import { runBytes, runDuration, type SampleRun, sliceRun } from "../sample-run.ts";
import { RunLengthColumn } from "./run-length-column.ts";
import { WordColumn } from "./word-column.ts";

/** The sample table of one track while it grows (ISO/IEC 14496-12 §8.5 to §8.7). */
export class TrackTable {
  readonly track: Track;
  /** Samples appended. */
  count = 0;
  /** Ticks of all samples. */
  ticks = 0;
  /** Where the last byte of the samples ends in the payload. */
  payloadEnd = 0;
  /** Where the chunk that lies furthest back begins in the payload. */
  lastOffset = 0;
  /** The earliest presentation time in the first run. */
  firstPresentation = 0;
  readonly #configs: Track["config"][];
  readonly #sizes = new WordColumn();
  readonly #durations = new RunLengthColumn();
  readonly #ctos = new RunLengthColumn();
  readonly #syncs = new WordColumn();
  readonly #chunkRuns = new WordColumn();
  #ctoForm: CtoForm = "none";
  #description = 1;
  #syncCount = 0;
  #allSync = true;
  #chunkRunCount = 0;
  #chunkForm = { samples: 0, description: 0 };
  #chunkCount = 0;
  #offsets = new Float64Array(64);

  constructor(track: Track) {
    this.track = track;
    this.#configs = [track.config];
  }

  /** Samples that are appended from now on have this configuration. Its number, from 1. */
  describe(config: Track["config"]): number {
    if (config.kind !== this.track.config.kind) {
      throw new RangeError(`Track ${this.track.id} is ${this.track.config.kind}`);
    }
    const known = this.#configs.findIndex((other) => sameConfig(other, config));
    this.#description = known < 0 ? this.#configs.push(config) : known + 1;
    return this.#description;
  }

  /** Appends a run that stands in one piece at `payloadOffset`, as chunks of at most about a second. */
  append(run: SampleRun, payloadOffset: number): void {
    checkRun(run, payloadOffset);
    if (run.count === 0) return;
    if (this.count === 0) this.firstPresentation = earliest(run);
    this.#appendSyncs(run);
    const ticks = this.#appendTimes(run);
    const bytes = this.#sizes.pushAll(run.sizes);
    this.count += run.count;
    if (ticks <= this.track.timescale) {
      this.#appendChunk(run.count, bytes, payloadOffset);
      return;
    }
    let offset = payloadOffset;
    for (const [from, to] of chunksOf(run, this.track.timescale)) {
      const chunk = runBytes(sliceRun(run, from, to).run);
      this.#appendChunk(to - from, chunk, offset);
      offset += chunk;
    }
  }

  /** Sets the duration of the last sample. */
  stretchLast(ticks: number): void {
    if (this.count === 0) throw new RangeError(`Track ${this.track.id} has no sample to stretch`);
    if (!(Number.isInteger(ticks) && ticks >= 0 && ticks < 2 ** 32)) {
      throw new RangeError(`${ticks} is not a duration`);
    }
    this.ticks += ticks - this.#durations.replaceLast(ticks);
  }

  /**
   * `stbl`. Its tables are kept by reference until they are written.
   * @param base where the payload begins in the file; undefined for a box of the right size alone
   */
  box(base: number | undefined, wideOffsets: boolean): Box {
    const durations = this.#durations.pieces();
    const ctos = this.#ctos.pieces();
    const roll = rollDistance(this.track.config);
    return box(
      "stbl",
      sampleDescriptions(this.#configs),
      fullBox("stts", 0, 0, u32(durations.entries), ...durations.bytes),
      ...(this.#ctoForm === "none"
        ? []
        : [
            fullBox(
              "ctts",
              this.#ctoForm === "signed" ? 1 : 0,
              0,
              u32(ctos.entries),
              ...ctos.bytes,
            ),
          ]),
      ...(this.#allSync
        ? []
        : [fullBox("stss", 0, 0, u32(this.#syncCount), ...this.#syncs.pieces())]),
      fullBox("stsc", 0, 0, u32(this.#chunkRunCount), ...this.#chunkRuns.pieces()),
      fullBox("stsz", 0, 0, u32(0, this.count), ...this.#sizes.pieces()),
      this.#offsetBox(base, wideOffsets),
      ...(roll === 0 ? [] : rollBoxes(roll, this.count)),
    );
  }

  /** Gives the ticks of the run. */
  #appendTimes(run: SampleRun): number {
    const { durations, ctos } = run;
    if (typeof durations === "number") this.#durations.push(durations, run.count);
    else this.#durations.pushAll(durations);
    const ticks = runDuration(run);
    this.ticks += ticks;
    if (ctos === undefined) {
      this.#ctos.push(0, run.count);
      return ticks;
    }
    this.#ctos.pushAll(ctos);
    if (this.#ctoForm !== "signed") this.#ctoForm = formOf(ctos, this.#ctoForm);
    return ticks;
  }

  #appendSyncs(run: SampleRun): void {
    const all = run.syncs === "all" || run.syncs.length === run.count;
    if (all && this.#allSync) return;
    if (this.#allSync) {
      // Until now no list was needed: every sample before this run is a sync sample.
      for (let number = 1; number <= this.count; number++) this.#syncs.push(number);
      this.#syncCount = this.count;
      this.#allSync = false;
    }
    if (run.syncs === "all") {
      for (let place = 1; place <= run.count; place++) this.#syncs.push(this.count + place);
      this.#syncCount += run.count;
      return;
    }
    for (let at = 0; at < run.syncs.length; at += 1) {
      this.#syncs.push(this.count + (run.syncs[at] ?? 0) + 1);
    }
    this.#syncCount += run.syncs.length;
  }

  #appendChunk(samples: number, bytes: number, payloadOffset: number): void {
    if (this.#chunkForm.samples !== samples || this.#chunkForm.description !== this.#description) {
      this.#chunkForm = { samples, description: this.#description };
      this.#chunkRuns.push(this.#chunkCount + 1);
      this.#chunkRuns.push(samples);
      this.#chunkRuns.push(this.#description);
      this.#chunkRunCount += 1;
    }
    if (this.#chunkCount === this.#offsets.length) {
      const larger = new Float64Array(this.#offsets.length * 2);
      larger.set(this.#offsets);
      this.#offsets = larger;
    }
    this.#offsets[this.#chunkCount++] = payloadOffset;
    this.payloadEnd = Math.max(this.payloadEnd, payloadOffset + bytes);
    this.lastOffset = Math.max(this.lastOffset, payloadOffset);
  }

  #offsetBox(base: number | undefined, wide: boolean): Box {
    const bytes = new Uint8Array(this.#chunkCount * (wide ? 8 : 4));
    const view = new DataView(bytes.buffer);
    const places = base === undefined ? 0 : this.#chunkCount;
    for (let chunk = 0; chunk < places; chunk++) {
      const offset = (base ?? 0) + (this.#offsets[chunk] ?? 0);
      if (wide) {
        view.setUint32(chunk * 8, Math.floor(offset / 2 ** 32));
        view.setUint32(chunk * 8 + 4, offset % 2 ** 32);
      } else {
        view.setUint32(chunk * 4, offset);
      }
    }
    return fullBox(wide ? "co64" : "stco", 0, 0, u32(this.#chunkCount), bytes);
  }
}

function checkRun(run: SampleRun, payloadOffset: number): void {
  const { count, sizes, durations, ctos } = run;
  const told = typeof durations === "number" ? count : durations.length;
  if (sizes.length !== count || told !== count || (ctos?.length ?? count) !== count) {
    const lengths = `${sizes.length}, ${told} and ${ctos?.length ?? count}`;
    throw new RangeError(`Columns of ${lengths} are not those of ${count} samples`);
  }
  if (!Number.isSafeInteger(payloadOffset) || payloadOffset < 0) {
    throw new RangeError(`${payloadOffset} is not an offset in the payload`);
  }
}

type CtoForm = "none" | "positive" | "signed";

/** What `ctts` must be able to hold, with these too. */
function formOf(ctos: Int32Array, before: CtoForm): CtoForm {
  let form = before;
  for (let at = 0; at < ctos.length; at += 1) {
    const ticks = ctos[at] ?? 0;
    if (ticks < 0) return "signed";
    if (ticks > 0) form = "positive";
  }
  return form;
}

function earliest(run: SampleRun): number {
  const { durations, ctos } = run;
  if (ctos === undefined) return 0;
  let found = Number.POSITIVE_INFINITY;
  let dts = 0;
  for (const [place, cto] of ctos.entries()) {
    found = Math.min(found, dts + cto);
    dts += typeof durations === "number" ? durations : (durations[place] ?? 0);
  }
  return found;
}

/** Stretches of a run that last at most `limit` ticks, or one sample. */
function* chunksOf(run: SampleRun, limit: number): Generator<[from: number, to: number]> {
  let from = 0;
  let ticks = 0;
  for (let place = 0; place < run.count; place++) {
    const own = typeof run.durations === "number" ? run.durations : (run.durations[place] ?? 0);
    if (place > from && ticks + own > limit) {
      yield [from, place];
      from = place;
      ticks = 0;
    }
    ticks += own;
  }
  yield [from, run.count];
}

/** Samples that a decoder needs before one to make it right (§10.1), as a negative number. */
function rollDistance(config: Track["config"]): number {
  if (config.kind !== "audio") return 0;
  if (config.codec === "aac") return -1;
  // 80 ms (RFC 7845 §4.6).
  if (config.codec === "opus") return -Math.ceil(3840 / config.samplesPerFrame);
  return 0;
}

function rollBoxes(distance: number, count: number): Box[] {
  const roll = u32(0x726f_6c6c);
  return [
    fullBox("sgpd", 1, 0, roll, u32(2, 1), u16(distance & 0xffff)),
    fullBox("sbgp", 0, 0, roll, u32(1, count, 1)),
  ];
}
