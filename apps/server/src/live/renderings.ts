import { Rendering } from "./live-answer.ts";
import type { Timeline } from "./timeline.ts";

/** The texts of a window: each is made once for each change, for all who ask. */
export class Renderings {
  /** Tells the versions of this window from those of another of the broadcast, before a restart. */
  readonly #edition: string;
  readonly #made = new Map<string, Rendering>();
  #version = 0;

  constructor(edition: string) {
    this.#edition = edition;
  }

  /** What is rendered stays until something changes; undefined where there is nothing to tell. */
  get(
    name: string,
    timeline: Timeline | undefined,
    make: (timeline: Timeline) => readonly Buffer[] | undefined,
    contentType?: string,
  ): Rendering | undefined {
    const known = this.#made.get(name);
    if (known !== undefined || timeline === undefined) return known;
    const body = make(timeline);
    if (body === undefined) return undefined;
    const etag = `"${this.#edition}.${this.#version.toString(36)}.${name}"`;
    const made = new Rendering(body, etag, timeline.targetDuration, contentType);
    this.#made.set(name, made);
    return made;
  }

  /** All is out of date. */
  changed(): void {
    this.#version += 1;
    this.#made.clear();
  }
}
