import type { CopyPieces } from "./movie-plan.ts";

/** What the kernel shares or copies without touching it, where source and target agree modulo this. */
export const BLOCK = 4096;

/**
 * Lays out the payload of `mdat`. A span is either packed clean, sample bytes alone, or copied as it
 * stands in its file, `moof` bytes included, at a place that agrees with the source modulo a block.
 */
export class Payload {
  readonly #files = new Map<string, number>();
  #current = 0;
  #file = new Uint16Array(64);
  #source = new Float64Array(64);
  #target = new Float64Array(64);
  #bytes = new Float64Array(64);
  #count = 0;
  #end = 0;
  /** Source less target of the first whole span, modulo a block. */
  #phase: number | undefined;
  #whole = false;
  #begun = false;

  /** Further pieces come from this file. */
  open(file: string, whole: boolean): void {
    // The number of one that is opened again and again stays below what a column holds.
    this.#current = this.#files.get(file) ?? this.#files.size;
    this.#files.set(file, this.#current);
    this.#whole = whole;
    this.#begun = false;
  }

  /** Takes `bytes` at `source` of the open file, ascending; gives their place in the payload. */
  take(source: number, bytes: number): number {
    if (!this.#whole || !this.#begun) return this.#append(source, bytes);
    const last = this.#count - 1;
    const start = this.#source[last] ?? 0;
    const target = this.#target[last] ?? 0;
    this.#bytes[last] = source + bytes - start;
    this.#end = target + source + bytes - start;
    return target + source - start;
  }

  get bytes(): number {
    return this.#end;
  }

  /** Where the payload must begin, modulo a block; undefined where it does not matter. */
  get phase(): number | undefined {
    return this.#phase;
  }

  /** Source extent of the pieces, for telling two plans apart. */
  outline(): readonly (string | number)[] {
    const first = this.#source[0] ?? 0;
    const last = this.#count - 1;
    return [
      this.#files.size,
      this.#count,
      first,
      (this.#source[last] ?? 0) + (this.#bytes[last] ?? 0),
    ];
  }

  /** The pieces, for a payload that begins at `payloadOffset` of the file. */
  pieces(payloadOffset: number): CopyPieces {
    const target = this.#target.slice(0, this.#count);
    for (let at = 0; at < target.length; at += 1) target[at] = (target[at] ?? 0) + payloadOffset;
    return {
      files: [...this.#files.keys()],
      count: this.#count,
      file: this.#file.slice(0, this.#count),
      source: this.#source.slice(0, this.#count),
      target,
      bytes: this.#bytes.slice(0, this.#count),
    };
  }

  #append(source: number, bytes: number): number {
    if (this.#count === this.#file.length) this.#grow();
    if (this.#whole) this.#align(source);
    const at = this.#count;
    this.#count += 1;
    this.#file[at] = this.#current;
    this.#source[at] = source;
    this.#target[at] = this.#end;
    this.#bytes[at] = bytes;
    this.#end += bytes;
    this.#begun = true;
    return this.#target[at] ?? 0;
  }

  #align(source: number): void {
    const difference = modulo(source - this.#end, BLOCK);
    if (this.#phase === undefined) this.#phase = difference;
    else this.#end += modulo(difference - this.#phase, BLOCK);
  }

  #grow(): void {
    const size = this.#file.length * 2;
    this.#file = copied(new Uint16Array(size), this.#file);
    this.#source = copied(new Float64Array(size), this.#source);
    this.#target = copied(new Float64Array(size), this.#target);
    this.#bytes = copied(new Float64Array(size), this.#bytes);
  }
}

function copied<Column extends Uint16Array | Float64Array>(into: Column, from: Column): Column {
  into.set(from);
  return into;
}

function modulo(value: number, by: number): number {
  return ((value % by) + by) % by;
}
