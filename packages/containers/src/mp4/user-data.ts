import type { Millis } from "@oxbow/media";
import { ascii, type Box, box, fullBox, handlerBox, u8, u32, u64, utf8 } from "../isobmff/index.ts";

/** A mark on the movie's timeline. */
export type Chapter = { readonly at: Millis; readonly title: string };

/** Texts about the movie that players show. */
export type Metadata = {
  readonly artist?: string;
  readonly comment?: string;
  readonly description?: string;
  /** The program that made it. */
  readonly encoder?: string;
  /** RFC 3339, or a year. */
  readonly date?: string;
};

/** Names of the items in `ilst`. */
export const ITEMS: Readonly<Record<keyof Metadata | "title", string>> = {
  title: "\u00a9nam",
  artist: "\u00a9ART",
  comment: "\u00a9cmt",
  description: "desc",
  encoder: "\u00a9too",
  date: "\u00a9day",
};

/** `udta` with the texts (`meta` and `ilst` as iTunes has them) and `chpl`; none where there is nothing. */
export function userData(
  texts: Metadata & { title?: string },
  chapters: readonly Chapter[],
): Box[] {
  const items: Box[] = [];
  for (const [name, type] of Object.entries(ITEMS)) {
    const text = Object.entries(texts).find(([key]) => key === name)?.[1];
    if (text !== undefined) items.push(box(type, box("data", u32(1, 0), utf8(text))));
  }
  const handler = handlerBox("mdir", { reserved: [ascii("appl"), u32(0, 0)] });
  const boxes = [
    ...(items.length === 0 ? [] : [fullBox("meta", 0, 0, handler, box("ilst", ...items))]),
    ...(chapters.length === 0 ? [] : [chapterList(chapters)]),
  ];
  return boxes.length === 0 ? [] : [box("udta", ...boxes)];
}

/** Nero's `chpl`: it counts in a byte, so it holds the first 255 chapters. */
function chapterList(chapters: readonly Chapter[]): Box {
  const first = chapters.slice(0, 255);
  const marks = first.flatMap((chapter) => {
    const title = shortened(chapter.title, 255);
    return [u64(chapter.at * 10_000), u8(title.length), title];
  });
  return fullBox("chpl", 1, 0, u32(0), u8(first.length), ...marks);
}

/** UTF-8 of a text, cut between characters so that it has at most `limit` bytes. */
export function shortened(text: string, limit: number): Uint8Array {
  // A unit of UTF-16 takes three bytes at the most.
  const bytes = new Uint8Array(Math.min(limit, text.length * 3));
  return bytes.subarray(0, new TextEncoder().encodeInto(text, bytes).written);
}
