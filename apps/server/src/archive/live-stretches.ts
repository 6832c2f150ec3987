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
  readonly #filed = new Map<string, number>();
  #evictions = 0;
  readonly #writing = new Map<string, number>();
  readonly #listeners = new Set<(stream: string, to: Millis) => void>();
  readonly #watchers = new Set<(stream: string) => void>();

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
    for (const watcher of this.#watchers) watcher(stream);
  }

  /** Called at each change. Watchers must not throw. Returns the way out. */
  watch(watcher: (stream: string) => void): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  /** Changes whenever a file of the stream begins, ends or goes, or a marker does. */
  files(stream: string): string {
    return `${this.#filed.get(stream) ?? 0}.${this.#evictions}`;
  }

  /** A file of the broadcast began. */
  opened(stream: string, broadcast: string): void {
    const key = `${stream} ${broadcast}`;
    this.#writing.set(key, (this.#writing.get(key) ?? 0) + 1);
    this.#filesChanged(stream);
  }

  /** A file of the broadcast is complete, or gone for having held nothing. */
  closed(stream: string, broadcast: string): void {
    const key = `${stream} ${broadcast}`;
    const left = (this.#writing.get(key) ?? 1) - 1;
    if (left > 0) this.#writing.set(key, left);
    else this.#writing.delete(key);
    this.#filesChanged(stream);
  }

  /** What is said of the stream's media besides changed. */
  marked(stream: string): void {
    this.#filesChanged(stream);
  }

  /** Files were removed. */
  evicted(): void {
    this.#evictions += 1;
  }

  /** A file of the broadcast is being written: its encoder is there. */
  isWriting(stream: string, broadcast: string): boolean {
    return this.#writing.has(`${stream} ${broadcast}`);
  }

  #filesChanged(stream: string): void {
    this.#filed.set(stream, (this.#filed.get(stream) ?? 0) + 1);
    this.changed(stream);
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
      const left = (this.#recording.get(key) ?? 1) - 1;
      if (left > 0) this.#recording.set(key, left);
      else this.#recording.delete(key);
      this.changed(stream);
    };
  }

  isRecording(stream: string, broadcast: string): boolean {
    return this.#recording.has(`${stream} ${broadcast}`);
  }
}
