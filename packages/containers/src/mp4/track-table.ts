import { sameConfig, type Track } from "@oxbow/media";
import { type Box, box, fullBox, sampleDescriptions, u16, u32 } from "../isobmff/index.ts";
import { runDuration, type SampleRun, sliceRun } from "../sample-run.ts";
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
  #ctoForm: "none" | "positive" | "signed" = "none";
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
    this.#appendTimes(run);
    this.#sizes.pushAll(run.sizes);
    this.count += run.count;
    if (runDuration(run) <= this.track.timescale) {
      this.#appendChunk(run.sizes, payloadOffset);
      return;
    }
    let offset = payloadOffset;
    for (const [from, to] of chunksOf(run, this.track.timescale)) {
      offset = this.#appendChunk(sliceRun(run, from, to).run.sizes, offset);
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
   * @param base where the payload begins in the file
   */
  box(base: number, wideOffsets: boolean): Box {
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

  #appendTimes(run: SampleRun): void {
    if (typeof run.durations === "number") this.#durations.push(run.durations, run.count);
    else for (const ticks of run.durations) this.#durations.push(ticks);
    this.ticks += runDuration(run);
    if (run.ctos === undefined) {
      this.#ctos.push(0, run.count);
      return;
    }
    for (const ticks of run.ctos) {
      this.#ctos.push(ticks);
      if (ticks < 0) this.#ctoForm = "signed";
      else if (ticks > 0 && this.#ctoForm === "none") this.#ctoForm = "positive";
    }
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
    for (const place of run.syncs) this.#syncs.push(this.count + place + 1);
    this.#syncCount += run.syncs.length;
  }

  /** Where the chunk ends. */
  #appendChunk(sizes: Uint32Array, payloadOffset: number): number {
    const { samples, description } = this.#chunkForm;
    if (samples !== sizes.length || description !== this.#description) {
      this.#chunkForm = { samples: sizes.length, description: this.#description };
      this.#chunkRuns.push(this.#chunkCount + 1);
      this.#chunkRuns.push(sizes.length);
      this.#chunkRuns.push(this.#description);
      this.#chunkRunCount += 1;
    }
    if (this.#chunkCount === this.#offsets.length) {
      const larger = new Float64Array(this.#offsets.length * 2);
      larger.set(this.#offsets);
      this.#offsets = larger;
    }
    this.#offsets[this.#chunkCount++] = payloadOffset;
    let end = payloadOffset;
    for (const size of sizes) end += size;
    this.payloadEnd = Math.max(this.payloadEnd, end);
    this.lastOffset = Math.max(this.lastOffset, payloadOffset);
    return end;
  }

  #offsetBox(base: number, wide: boolean): Box {
    const bytes = new Uint8Array(this.#chunkCount * (wide ? 8 : 4));
    const view = new DataView(bytes.buffer);
    for (let chunk = 0; chunk < this.#chunkCount; chunk++) {
      const offset = base + (this.#offsets[chunk] ?? 0);
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
  for (const column of [sizes, durations, ctos]) {
    if (typeof column === "object" && column.length !== count) {
      throw new RangeError(`A column of ${column.length} is not one of ${count} samples`);
    }
  }
  if (!Number.isSafeInteger(payloadOffset) || payloadOffset < 0) {
    throw new RangeError(`${payloadOffset} is not an offset in the payload`);
  }
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
