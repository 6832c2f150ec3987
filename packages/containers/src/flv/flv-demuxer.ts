import { MalformedInput } from "@oxbow/media";
import { type FlvTag, type FlvTagKind, flvTagType } from "./flv-tag.ts";

const FILE_HEADER = 9;
const PREVIOUS_TAG_SIZE = 4;
const TAG_HEADER = 11;
/** A file header longer than this is no header of a file of ours. */
const MAX_FILE_HEADER = 1024;

const kinds = new Map<number, FlvTagKind>([
  [flvTagType.audio, "audio"],
  [flvTagType.video, "video"],
  [flvTagType.script, "script"],
]);

/** What comes next in the file. */
type Place =
  | { readonly at: "file header" }
  | { readonly at: "skip"; left: number }
  | { readonly at: "tag header" }
  | {
      readonly at: "body";
      readonly kind: FlvTagKind;
      readonly timestamp: number;
      readonly body: Buffer;
      filled: number;
    };

/**
 * Reads an FLV file in pieces of any size. A body that lies whole in a piece is a view into it;
 * one that spans pieces is put together once. Tags of unknown types are skipped (§E.4.1).
 */
export class FlvDemuxer {
  #place: Place = { at: "file header" };
  /** Gathers a header that spans pieces. */
  readonly #header: Buffer = Buffer.alloc(TAG_HEADER);
  #headerFilled = 0;
  #offset = 0;

  /** @throws MalformedInput where the bytes are no FLV. */
  push(bytes: Uint8Array): FlvTag[] {
    const tags: FlvTag[] = [];
    const input = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let at = 0;
    while (at < input.length) at = this.#step(input, at, tags);
    this.#offset += input.length;
    return tags;
  }

  /** @throws MalformedInput where the file ends inside of a tag. */
  end(): void {
    const { at } = this.#place;
    const between = at === "skip" || (at === "tag header" && this.#headerFilled === 0);
    if (!between) throw this.#malformed(`The file ends inside of a ${at}`, "FLV 10.1 §E.3", 0);
  }

  #step(input: Buffer, at: number, tags: FlvTag[]): number {
    const place = this.#place;
    switch (place.at) {
      case "file header": {
        const next = this.#gather(input, at, FILE_HEADER);
        if (this.#headerFilled === FILE_HEADER) this.#readFileHeader(at);
        return next;
      }
      case "skip": {
        const step = Math.min(place.left, input.length - at);
        place.left -= step;
        if (place.left === 0) this.#place = { at: "tag header" };
        return at + step;
      }
      case "tag header": {
        const next = this.#gather(input, at, TAG_HEADER);
        if (this.#headerFilled === TAG_HEADER) return this.#readTagHeader(input, next, tags);
        return next;
      }
      case "body": {
        const step = input.copy(place.body, place.filled, at);
        place.filled += step;
        if (place.filled === place.body.length) {
          this.#place = { at: "skip", left: PREVIOUS_TAG_SIZE };
          tags.push({ kind: place.kind, timestamp: place.timestamp, body: place.body });
        }
        return at + step;
      }
      default:
        return unreachable(place);
    }
  }

  #gather(input: Buffer, at: number, size: number): number {
    const step = input.copy(this.#header, this.#headerFilled, at, at + size - this.#headerFilled);
    this.#headerFilled += step;
    return at + step;
  }

  #readFileHeader(at: number): void {
    const header = this.#header;
    this.#headerFilled = 0;
    if (header.toString("latin1", 0, 3) !== "FLV") {
      throw this.#malformed("There is no FLV signature", "FLV 10.1 §E.2", at);
    }
    const size = header.readUInt32BE(5);
    if (size < FILE_HEADER || size > MAX_FILE_HEADER) {
      throw this.#malformed(`A file header of ${size} bytes`, "FLV 10.1 §E.2", at);
    }
    this.#place = { at: "skip", left: size - FILE_HEADER + PREVIOUS_TAG_SIZE };
  }

  #readTagHeader(input: Buffer, at: number, tags: FlvTag[]): number {
    const header = this.#header;
    this.#headerFilled = 0;
    const type = header.readUInt8(0);
    if ((type & 0x20) !== 0) throw this.#malformed("The tag is encrypted", "FLV 10.1 §E.4.1", at);
    const size = header.readUIntBE(1, 3);
    const kind = kinds.get(type & 0x1f);
    if (kind === undefined) {
      this.#place = { at: "skip", left: size + PREVIOUS_TAG_SIZE };
      return at;
    }
    const timestamp = header.readUInt8(7) * 0x1000000 + header.readUIntBE(4, 3);
    if (at + size <= input.length) {
      tags.push({ kind, timestamp, body: input.subarray(at, at + size) });
      this.#place = { at: "skip", left: PREVIOUS_TAG_SIZE };
      return at + size;
    }
    this.#place = { at: "body", kind, timestamp, body: Buffer.allocUnsafe(size), filled: 0 };
    return at;
  }

  #malformed(message: string, spec: string, at: number): MalformedInput {
    return new MalformedInput(message, { spec, offset: this.#offset + at });
  }
}

function unreachable(place: never): never {
  throw new Error(`No such place: ${JSON.stringify(place)}`);
}
