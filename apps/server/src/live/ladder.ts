import type { AudioConfig, Millis } from "@oxbow/media";
import type { SegmentMedia } from "./entry.ts";
import type { RecordedRendition, RecordedStretch } from "./recorded-entries.ts";
import { type DeclaredRendition, MOST_BEHIND, Rendition, type RenditionHost } from "./rendition.ts";
import type { RenditionTrack } from "./rendition-track.ts";
import type { ServedStretch } from "./served-stretch.ts";

/** A rendition that new players may choose. */
export type OfferedRendition = {
  readonly rendition: Rendition;
  readonly stretch: ServedStretch;
  /** Its sound is not the source's, and has a playlist of its own. */
  readonly ownSound: boolean;
};

/** The renditions of a live window besides the source. */
export class Ladder {
  readonly #host: RenditionHost;
  readonly #renditions = new Map<string, Rendition>();
  #recorded: readonly RecordedRendition[] = [];
  /** Whose sound has a playlist, because it was made for all of them: the one that is shed last. */
  #sound: Rendition | undefined;

  constructor(host: RenditionHost) {
    this.#host = host;
  }

  /** The rendition of a name, made where there is none yet. */
  rendition(declared: DeclaredRendition): Rendition {
    const known = this.#renditions.get(declared.name);
    if (known !== undefined) return known;
    const made = new Rendition(declared, this.#host);
    this.#renditions.set(made.name, made);
    made.runs.seed(this.#recorded.filter(({ rendition }) => rendition === made.name));
    return made;
  }

  /** What was recorded before the server started. */
  seed(recorded: readonly RecordedStretch[]): void {
    this.#recorded = recorded.flatMap(({ renditions }) => renditions ?? []);
    for (const { name, runs } of this.#renditions.values()) {
      runs.seed(this.#recorded.filter(({ rendition }) => rendition === name));
    }
  }

  /** How many targets a list may be behind the source's. */
  get behind(): number {
    return this.#renditions.size === 0 ? 0 : MOST_BEHIND;
  }

  /** @returns whether anything was listed */
  advance(now: Millis): boolean {
    let grew = false;
    for (const rendition of this.#renditions.values()) grew = rendition.advance(now) || grew;
    return grew;
  }

  /** Those of an index, the best first. `rewind`: as far back as the source can be had. */
  offered(rewind: boolean): OfferedRendition[] {
    const offered: OfferedRendition[] = [];
    for (const rendition of this.#all(rewind)) {
      const { stretch } = rendition;
      if (stretch === undefined || !rendition.isRunning) continue;
      offered.push({ rendition, stretch, ownSound: this.#hasOwnSound(stretch) });
    }
    return offered.toSorted((one, other) => other.rendition.bitrate - one.rendition.bitrate);
  }

  /** All playlists besides the source's. */
  lines(rewind: boolean): readonly RenditionTrack[] {
    if (this.#renditions.size === 0) return [];
    const lines = this.#all(rewind).map(({ video }) => video);
    const sound = this.#findSound();
    return sound && (sound.recorded || !rewind) ? [...lines, sound.audio] : lines;
  }

  /** Whose stretch it is, as long as that is known here. */
  owner(stretch: string): Rendition | undefined {
    for (const rendition of this.#renditions.values()) {
      if (rendition.stretchOf(stretch) !== undefined) return rendition;
    }
    return undefined;
  }

  /** Whose media it is. */
  ownerOf({ stretch, number }: SegmentMedia): Rendition | undefined {
    const owner = this.owner(stretch.id);
    return owner?.media(number)?.stretch === stretch ? owner : undefined;
  }

  #all(rewind: boolean): Rendition[] {
    return [...this.#renditions.values()].filter(({ recorded }) => recorded || !rewind);
  }

  /** Once there was such sound, its playlist stays, whatever becomes of the source's. */
  #findSound(): Rendition | undefined {
    if (this.#sound === undefined) {
      const [cheapest] = [...this.#renditions.values()].toSorted((a, b) => a.bitrate - b.bitrate);
      if (cheapest?.stretch && this.#hasOwnSound(cheapest.stretch)) this.#sound = cheapest;
    }
    return this.#sound;
  }

  #hasOwnSound(stretch: ServedStretch): boolean {
    const own = stretch.track("audio")?.config;
    const source = this.#host.source?.track("audio")?.config;
    return own?.kind === "audio" && source?.kind === "audio" && !isSameSound(own, source);
  }
}

function isSameSound(one: AudioConfig, other: AudioConfig): boolean {
  return one.codec === other.codec && one.channels === other.channels;
}
