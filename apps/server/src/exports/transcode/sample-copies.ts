import type { CopyPieces } from "../plan/index.ts";

/** Which bytes of which files make up the payload of a movie. */
export class SampleCopies {
  readonly #files: string[] = [];
  readonly #file: number[] = [];
  readonly #source: number[] = [];
  readonly #target: number[] = [];
  readonly #bytes: number[] = [];
  bytes = 0;

  /** Takes `bytes` at `offset` of a file; gives their place in the payload. */
  take(path: string, offset: number, bytes: number): number {
    const at = this.bytes;
    this.#file.push(this.#numberOf(path));
    this.#source.push(offset);
    this.#target.push(at);
    this.#bytes.push(bytes);
    this.bytes += bytes;
    return at;
  }

  /** The pieces, for a payload that begins at `payloadOffset` of the file. */
  pieces(payloadOffset: number): CopyPieces {
    return {
      files: this.#files,
      count: this.#file.length,
      file: Uint16Array.from(this.#file),
      source: Float64Array.from(this.#source),
      target: Float64Array.from(this.#target, (at) => at + payloadOffset),
      bytes: Float64Array.from(this.#bytes),
    };
  }

  #numberOf(path: string): number {
    const known = this.#files.lastIndexOf(path);
    return known < 0 ? this.#files.push(path) - 1 : known;
  }
}
