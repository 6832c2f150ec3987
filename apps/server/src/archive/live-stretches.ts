import type { Millis } from "@oxbow/media";
import { SOURCE, type StretchExtent, type StretchRow } from "./stored-stretch.ts";

/** What is known of a file that is being written, ahead of the database. */
export type LiveStretch = StretchExtent & {
  /** Number of its last sealed segment. */
  readonly lastSegment: number;
  /** Bytes of the index file that are written. */
  readonly indexBytes: number;
};

/** Whose media it is. A rendition comes behind its source, and nothing of the source depends on it. */
type Recorded = Pick<StretchRow, "stream" | "broadcast" | "rendition">;

/** The files that are being written by this process, and how far each stream's media is sealed. */
export class LiveStretches {
  readonly #files = new Map<string, LiveStretch>();
  readonly #newest = new Map<string, Millis>();
  readonly #recording = new Counts();
  readonly #writing = new Counts();
  readonly #lost = new Set<string>();
  readonly #versions = new Map<string, number>();
  readonly #filed = new Map<string, number>();
  #evictions = 0;
  readonly #listeners = new Set<(stream: string, to: Millis) => void>();
  readonly #watchers = new Set<(stream: string, rendition: string) => void>();

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

  /** Changes whenever what is known of the rendition's media does. */
  version(stream: string, rendition = SOURCE): number {
    return this.#versions.get(`${stream} ${rendition}`) ?? 0;
  }

  changed(stream: string, rendition = SOURCE): void {
    this.#versions.set(`${stream} ${rendition}`, this.version(stream, rendition) + 1);
    for (const watcher of this.#watchers) watcher(stream, rendition);
  }

  /** Called at each change. Watchers must not throw. Returns the way out. */
  watch(watcher: (stream: string, rendition: string) => void): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  /** Changes whenever a file of the stream begins, ends or goes, or a marker does. */
  files(stream: string): string {
    return `${this.#filed.get(stream) ?? 0}.${this.#evictions}`;
  }

  /** A file began. */
  opened(file: Recorded): void {
    this.#lost.delete(keyOf(file));
    this.#writing.add(keyOf(file));
    this.#writing.add(`${file.stream} ${file.rendition}`);
    this.#filesChanged(file.stream);
  }

  /** A file is complete, or gone for having held nothing. */
  closed(file: Recorded): void {
    this.#writing.take(keyOf(file));
    this.#writing.take(`${file.stream} ${file.rendition}`);
    this.#filesChanged(file.stream);
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
  isWriting(stream: string, broadcast: string, rendition = SOURCE): boolean {
    return this.#writing.has(keyOf({ stream, broadcast, rendition }));
  }

  /** Nothing is being made of the rendition, until a file begins. */
  lost(of: Recorded): void {
    this.#lost.add(keyOf(of));
    this.changed(of.stream, of.rendition);
  }

  isLost(stream: string, broadcast: string, rendition: string): boolean {
    return this.#lost.has(keyOf({ stream, broadcast, rendition }));
  }

  #filesChanged(stream: string): void {
    this.#filed.set(stream, (this.#filed.get(stream) ?? 0) + 1);
    this.changed(stream);
  }

  /** Media is sealed up to `to`. Listeners hear of the source, and must not throw. */
  sealed({ stream, rendition }: Recorded, to: Millis): void {
    this.rememberNewest(stream, to, rendition);
    this.changed(stream, rendition);
    if (rendition === SOURCE) for (const listener of this.#listeners) listener(stream, to);
  }

  rememberNewest(stream: string, to: Millis, rendition = SOURCE): void {
    const key = `${stream} ${rendition}`;
    const known = this.#newest.get(key);
    if (known === undefined || to > known) this.#newest.set(key, to);
  }

  /** Of a rendition that nobody is writing, that of the source: there will be no more of it before. */
  newest(stream: string, rendition = SOURCE): Millis | undefined {
    const key = `${stream} ${rendition}`;
    const isWritten = rendition !== SOURCE && this.#writing.has(key);
    return this.#newest.get(isWritten ? key : `${stream} ${SOURCE}`);
  }

  onSealed(listener: (stream: string, to: Millis) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** A recorder is open: more media may come. Returns how to say that none will. */
  recording(of: Recorded): () => void {
    this.#recording.add(keyOf(of));
    this.changed(of.stream, of.rendition);
    return () => {
      this.#recording.take(keyOf(of));
      this.#lost.delete(keyOf(of));
      this.changed(of.stream, of.rendition);
    };
  }

  isRecording(stream: string, broadcast: string, rendition = SOURCE): boolean {
    return this.#recording.has(keyOf({ stream, broadcast, rendition }));
  }
}

function keyOf({ stream, broadcast, rendition }: Recorded): string {
  return `${stream} ${broadcast} ${rendition}`;
}

/** How often each name was added and not taken again. */
class Counts {
  readonly #counts = new Map<string, number>();

  add(name: string): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1);
  }

  take(name: string): void {
    const left = (this.#counts.get(name) ?? 1) - 1;
    if (left > 0) this.#counts.set(name, left);
    else this.#counts.delete(name);
  }

  has(name: string): boolean {
    return this.#counts.has(name);
  }
}
