import { MalformedInput, millis } from "@oxbow/media";
import { BoxFields, childrenOf, type FoundBox, findBox } from "../isobmff/index.ts";
import { type Chapter, ITEMS, type Metadata } from "./user-data.ts";

/** What `udta` tells of a movie. */
export type UserData = {
  readonly title: string | undefined;
  readonly metadata: Metadata;
  readonly chapters: readonly Chapter[];
};

/**
 * Texts as iTunes keeps them, and `chpl`. Cameras and editors put what they like into `udta`, and
 * nobody needs it to play the movie: what can't be read counts as not there.
 */
export function readUserData(bytes: Uint8Array, inMovie: readonly FoundBox[]): UserData {
  try {
    return readAll(bytes, inMovie);
  } catch (error) {
    if (!(error instanceof MalformedInput)) throw error;
    return { title: undefined, metadata: {}, chapters: [] };
  }
}

function readAll(bytes: Uint8Array, inMovie: readonly FoundBox[]): UserData {
  const udta = findBox(inMovie, "udta");
  const boxes = udta === undefined ? [] : childrenOf(bytes, udta);
  const meta = findBox(boxes, "meta");
  const chpl = findBox(boxes, "chpl");
  const texts = meta === undefined ? new Map<string, string>() : readItems(bytes, meta);
  const { title, ...metadata } = Object.fromEntries(texts);
  return { title, metadata, chapters: chpl === undefined ? [] : readChapterList(bytes, chpl) };
}

function readItems(bytes: Uint8Array, meta: FoundBox): Map<string, string> {
  const texts = new Map<string, string>();
  const fields = new BoxFields(bytes, meta);
  // QuickTime's own `meta` has no version and begins with a box at once.
  const plain = fields.left < 4 || fields.u32() !== 0;
  const ilst = findBox(childrenOf(bytes, meta, plain ? 0 : 4), "ilst");
  for (const item of ilst === undefined ? [] : childrenOf(bytes, ilst)) {
    const name = Object.entries(ITEMS).find(([, type]) => type === item.type)?.[0];
    const data = findBox(childrenOf(bytes, item), "data");
    if (name === undefined || data === undefined || data.end - data.body < 8) continue;
    texts.set(name, new TextDecoder().decode(bytes.subarray(data.body + 8, data.end)));
  }
  return texts;
}

function readChapterList(bytes: Uint8Array, chpl: FoundBox): Chapter[] {
  const fields = new BoxFields(bytes, chpl);
  if (fields.full().version === 1) fields.u32();
  const count = fields.u8();
  const chapters: Chapter[] = [];
  for (let chapter = 0; chapter < count; chapter++) {
    const at = millis(fields.u64() / 10_000);
    chapters.push({ at, title: new TextDecoder().decode(fields.bytes(fields.u8())) });
  }
  return chapters;
}
