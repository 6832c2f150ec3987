import type { Millis } from "@oxbow/media";
import type { StretchExtent, StretchRow } from "./stored-stretch.ts";

/** What is known of a file that is being written, ahead of the database. */
export type LiveStretch = StretchExtent & {
  /** Number of its last sealed segment. */
  readonly lastSegment: number;
  /** Bytes of the index file that are written. */
  readonly indexBytes: number;
};

/** The files that are being written by this process, and how far each stream's media is sealed. */
export class LiveStretches {
  readonly #files = new Map<string, LiveStretch>();
  readonly #newest = new Map<string, Millis>();
  readonly #recording = new Map<string, number>();
  readonly #versions = new Map<string, number>();
  readonly #listeners = new Set<(stream: string, to: Millis) => void>();

  set(id: string, live: LiveStretch): void {
    this.#files.set(id, live);
  }

  get(id: string): LiveStretch | undefined {
    return this.#files.get(id);
  }

  delete(id: string): void {
    this.#files.delete(id);
  }

  /** The row as it is by now. */
  overlay(row: StretchRow): StretchRow {
    const live = this.#files.get(row.id);
    if (live === undefined) return row;
    const { to, segments, bytes, open } = live;
    return { ...row, to, segments, bytes, open };
  }

  /** Changes whenever what is known of the stream's media does. */
  version(stream: string): number {
    return this.#versions.get(stream) ?? 0;
  }

  changed(stream: string): void {
    this.#versions.set(stream, this.version(stream) + 1);
  }

  /** Media of the stream is sealed up to `to`. Listeners must not throw. */
  sealed(stream: string, to: Millis): void {
    this.rememberNewest(stream, to);
    this.changed(stream);
    for (const listener of this.#listeners) listener(stream, to);
  }

  rememberNewest(stream: string, to: Millis): void {
    const known = this.#newest.get(stream);
    if (known === undefined || to > known) this.#newest.set(stream, to);
  }

  newest(stream: string): Millis | undefined {
    return this.#newest.get(stream);
  }

  onSealed(listener: (stream: string, to: Millis) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** A recorder of the stream's broadcast is open: more media may come. Returns how to say that none will. */
  recording(stream: string, broadcast: string): () => void {
    const key = `${stream} ${broadcast}`;
    this.#recording.set(key, (this.#recording.get(key) ?? 0) + 1);
    this.changed(stream);
    return () => {
      this.changed(stream);
      const left = (this.#recording.get(key) ?? 1) - 1;
      if (left > 0) this.#recording.set(key, left);
      else this.#recording.delete(key);
    };
  }

  isRecording(stream: string, broadcast: string): boolean {
    return this.#recording.has(`${stream} ${broadcast}`);
  }
}
