import { type Frame, type Track, VIDEO_TRACK } from "@oxbow/media";
import {
  createFollower,
  type Follower,
  type PackagerOutput,
  type SourceBoundaries,
  type StretchReason,
} from "../packager/index.ts";
import type { DeclaredRendition } from "./rendition.ts";

/** What a rendition of a broadcast on a clock of its own is made with. */
export type MadeRendition = DeclaredRendition & {
  /** Every so many pictures of the source, keyframes besides. */
  readonly nth: number;
  /** How long after the source its frames come, in milliseconds. */
  readonly lagMs: number;
  readonly tracks?: (source: readonly Track[]) => readonly Track[];
};

type Media = {
  readonly reason: StretchReason;
  readonly tracks: readonly Track[];
  readonly origin: Parameters<Follower["begin"]>[0]["origin"];
};
type Step = { readonly due: number; readonly take: () => void };

/** What a transcoder makes of the source, a while later: fewer pictures, other bytes, the same times. */
export class RenditionOnAir {
  readonly name: string;
  lagMs: number;
  readonly #nth: number;
  readonly #tracks: NonNullable<MadeRendition["tracks"]>;
  readonly #follower: Follower;
  #queue: Step[] = [];
  #source: Media | undefined;
  /** It makes something; with the next keyframe of the source, where it has to begin anew. */
  #state: "off" | "beginning" | "running" = "beginning";
  #count = 0;

  constructor(
    made: MadeRendition,
    partMs: number,
    boundaries: SourceBoundaries,
    newStretchId: () => string,
    outputs: readonly PackagerOutput[],
  ) {
    this.name = made.name;
    this.lagMs = made.lagMs;
    this.#nth = made.nth;
    this.#tracks = made.tracks ?? ((source) => source);
    const ids = { stream: "str_1", broadcast: "brd_1", rendition: made.name };
    this.#follower = createFollower({ ...ids, partMs, boundaries, newStretchId, outputs });
  }

  begin(media: Media): void {
    this.#source = media;
    if (this.#state !== "off") this.#state = "beginning";
  }

  frame(frame: Frame, now: number): void {
    const source = this.#source;
    if (this.#state === "off" || source === undefined) return;
    const isPicture = frame.track === VIDEO_TRACK;
    if (this.#state === "beginning") {
      if (!isPicture || !frame.key) return;
      this.#state = "running";
      this.#count = 0;
      const media = { ...source, tracks: this.#tracks(source.tracks) };
      this.#later(now, () => this.#follower.begin(media));
    }
    if (!isPicture) {
      this.#later(now, () => this.#follower.frame(frame));
      return;
    }
    this.#count = frame.key ? 0 : this.#count + 1;
    if (this.#count % this.#nth !== 0) return;
    const data = frame.data.subarray(0, Math.ceil(frame.data.length / 3));
    this.#later(now, () => this.#follower.frame({ ...frame, data }));
  }

  /** The source's stretch is over: this one's is as well, once all of it was given. */
  interrupt(now: number): void {
    this.#source = undefined;
    if (this.#state === "running") this.#later(now, () => this.#follower.finish(true));
    if (this.#state !== "off") this.#state = "beginning";
  }

  /** Nothing is made any more, and what was not given is lost. */
  lose(): void {
    this.#state = "off";
    this.#queue = [];
    this.#follower.lost();
  }

  back(): void {
    if (this.#state === "off") this.#state = "beginning";
  }

  /** Gives what is due. */
  give(now: number): void {
    for (let head = this.#queue[0]; head !== undefined && head.due <= now; head = this.#queue[0]) {
      this.#queue.shift();
      head.take();
    }
  }

  #later(now: number, take: () => void): void {
    this.#queue.push({ due: Math.max(now + this.lagMs, this.#queue.at(-1)?.due ?? 0), take });
  }
}
