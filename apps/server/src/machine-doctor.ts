import type { Doctor, Told } from "@oxbow/contract";
import { rfc3339 } from "@oxbow/media";
import type { DoctorPort } from "./http/index.ts";
import type { World } from "./world.ts";

/** What was found on this machine. */
export type Examination = Told<Omit<Doctor, "advice" | "measuredAt">>;

export type DoctorParts = {
  /** Encodes for some seconds. */
  readonly measure: () => Promise<Examination>;
  /** Streams that are transcoded now. */
  readonly transcoding: () => number;
  readonly world: Pick<World, "now">;
};

/** Keeps what was measured of this machine, and says what to do about it. */
export class MachineDoctor implements DoctorPort {
  readonly #parts: DoctorParts;
  #last: Promise<Told<Doctor>> | undefined;
  #running = false;

  constructor(parts: DoctorParts) {
    this.#parts = parts;
  }

  /** What was measured last; with `again`, or where nothing was, what is measured now. */
  examine(again: boolean): Promise<Told<Doctor>> {
    // Two at a time would measure each other.
    if (this.#last === undefined || (again && !this.#running)) this.#last = this.#measured();
    return this.#last;
  }

  async #measured(): Promise<Told<Doctor>> {
    const { measure, transcoding, world } = this.#parts;
    this.#running = true;
    const beside = transcoding();
    try {
      const found = await measure();
      return { ...found, advice: adviceOn(found, beside), measuredAt: rfc3339(world.now()) };
    } catch (error) {
      this.#last = undefined;
      throw error;
    } finally {
      this.#running = false;
    }
  }
}

/** What to do, a sentence each. `beside`: streams that were transcoded while it was measured. */
export function adviceOn(
  { ffmpeg, encoder, presets }: Examination,
  beside: number,
): readonly string[] {
  const alone = "streams are offered at the source's quality alone";
  if (ffmpeg === null) {
    return [`Install FFmpeg 5.1 or newer, or set OXBOW_FFMPEG to where it is: until then ${alone}`];
  }
  if (encoder === null) {
    return [`Install an FFmpeg with libx264: no encoder of this one works here, and ${alone}`];
  }
  const advice: string[] = [];
  if (beside > 0) {
    const streams = counted(beside, "stream was", "streams were");
    advice.push(`Measured while ${streams} transcoded: measure again when none is`);
  }
  const tooMuch = presets.filter(({ streams }) => streams === 0);
  if (tooMuch.length > 0) {
    const names = tooMuch.map(({ ladder }) => `"${ladder}"`).join(" and ");
    advice.push(
      `${names}: more than this machine makes in real time; choose less, and export other qualities after the broadcast`,
    );
  }
  for (const { ladder, streams } of presets) {
    if (streams)
      advice.push(`"${ladder}": ${counted(streams, "stream", "streams")} at the same time`);
  }
  return advice;
}

const counted = (count: number, one: string, many: string): string =>
  `${count} ${count === 1 ? one : many}`;
