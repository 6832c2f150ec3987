import { MalformedInput } from "@oxbow/media";
import { readBoxHeader } from "../isobmff/index.ts";
import { runBytes, type SampleRun } from "../sample-run.ts";
import { readFragment } from "./fragment-reader.ts";

/** A whole `moof mdat` pair that was found. */
export type ScannedChunk = {
  /** Where its `moof` begins. */
  readonly offset: number;
  /** Bytes of both boxes. */
  readonly bytes: number;
  /** Bytes before the first sample. */
  readonly headerBytes: number;
  readonly track: number;
  readonly sequence: number;
  /** Ticks of the track. */
  readonly dts: number;
  readonly samples: SampleRun;
};

/**
 * Up to `length` bytes at `offset`; fewer only at the end. They must stay as they are until the next call.
 */
export type PositionedRead = (offset: number, length: number) => Promise<Uint8Array>;

/** Boxes that may stand around chunks and are passed over. */
const PASSED = new Set([
  ..."ftyp moov styp sidx ssix prft emsg free skip uuid mfra".split(" "),
  ..."pdin meta wide pssh".split(" "),
]);
/** More than any `moof` of a chunk needs. */
const MAX_MOOF = 2 ** 24;
/** Read at a time: the headers of an audio part and what follows it are inside, a picture is not. */
const WINDOW = 4096;

const SPEC = "ISO/IEC 23000-19 §7.3.2.3";

/** What stands at a place of the file: a chunk, a box to pass, more bytes wanted, or the end of what is whole. */
type Step =
  | { readonly at: "chunk"; readonly chunk: ScannedChunk }
  | { readonly at: "other"; readonly size: number }
  | { readonly at: "short"; readonly wanted: number }
  | { readonly at: "end" };

/**
 * The step at `offset` of a file of `size` bytes.
 * @param window the file's bytes from `offset` on, as far as they are there
 */
function step(window: Uint8Array, offset: number, size: number): Step {
  const left = size - offset;
  const view = new DataView(window.buffer, window.byteOffset, window.byteLength);
  const header = readBoxHeader(view, 0, offset);
  if (header === undefined) return left < 16 ? { at: "end" } : { at: "short", wanted: 16 };
  if (header.type !== "moof") {
    if (!PASSED.has(header.type)) {
      throw new MalformedInput(`Box "${header.type}" stands where a moof is due`, {
        spec: SPEC,
        offset,
      });
    }
    return header.size > left ? { at: "end" } : { at: "other", size: header.size };
  }
  if (header.size > MAX_MOOF) {
    throw new MalformedInput(`A moof of ${header.size} bytes is too large`, { spec: SPEC, offset });
  }
  const wanted = header.size + 16;
  if (header.size + 8 > left) return { at: "end" };
  if (window.length < Math.min(wanted, left)) return { at: "short", wanted };
  return pairAt(window, offset, left, header.size, header.headerBytes);
}

function pairAt(
  window: Uint8Array,
  offset: number,
  left: number,
  moofBytes: number,
  moofHeader: number,
): Step {
  const view = new DataView(window.buffer, window.byteOffset, window.byteLength);
  const mdat = readBoxHeader(view, moofBytes, offset);
  if (mdat === undefined) return { at: "end" };
  if (mdat.type !== "mdat") {
    throw new MalformedInput(`Box "${mdat.type}" stands where an mdat is due`, {
      spec: SPEC,
      offset: offset + moofBytes,
    });
  }
  const bytes = moofBytes + mdat.size;
  if (bytes > left) return { at: "end" };
  const { dataOffset, ...fragment } = readFragment(window, moofBytes, moofHeader);
  const headerBytes = moofBytes + mdat.headerBytes;
  const payload = runBytes(fragment.samples);
  if (dataOffset !== headerBytes || headerBytes + payload > bytes) {
    throw new MalformedInput("The samples of a chunk do not fill its mdat", {
      spec: "ISO/IEC 23000-19 §7.5.17",
      offset,
    });
  }
  return { at: "chunk", chunk: { offset, bytes, headerBytes, ...fragment } };
}

/**
 * The whole chunks from `at` on. Stops at the first box that is not all there, as after a crash.
 * @throws MalformedInput at what is no chunk; all that was given before it is good
 */
export function* scanFragments(bytes: Uint8Array, at = 0): Generator<ScannedChunk> {
  for (let offset = at; offset < bytes.length; ) {
    const found = step(bytes.subarray(offset), offset, bytes.length);
    if (found.at === "end" || found.at === "short") return;
    if (found.at === "chunk") yield found.chunk;
    offset += found.at === "chunk" ? found.chunk.bytes : found.size;
  }
}

/**
 * The same over a file: only headers are read, in small windows.
 * @param size bytes of the file to look at
 * @throws MalformedInput, and whatever `read` throws
 */
export async function* scanFragmentFile(
  read: PositionedRead,
  size: number,
  from = 0,
): AsyncGenerator<ScannedChunk> {
  let windowAt = 0;
  let window: Uint8Array = new Uint8Array();
  const fill = async (offset: number, wanted: number): Promise<boolean> => {
    windowAt = offset;
    window = await read(offset, Math.min(Math.max(WINDOW, wanted), size - offset));
    return window.length >= Math.min(wanted, size - offset);
  };
  for (let offset = from; offset < size; ) {
    const skipped = offset - windowAt;
    if (skipped < 0 || skipped >= window.length) {
      if (!(await fill(offset, 16))) return;
    }
    let found = step(window.subarray(offset - windowAt), offset, size);
    if (found.at === "short") {
      // The file shrank, or was never as long as was said: what is left is not whole.
      if (!(await fill(offset, found.wanted))) return;
      found = step(window, offset, size);
      if (found.at === "short" && !(await fill(offset, found.wanted))) return;
      if (found.at === "short") found = step(window, offset, size);
    }
    if (found.at === "end" || found.at === "short") return;
    if (found.at === "chunk") yield found.chunk;
    offset += found.at === "chunk" ? found.chunk.bytes : found.size;
  }
}
