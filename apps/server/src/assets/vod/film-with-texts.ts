import { open, readFile } from "node:fs/promises";
import { type MovieText, type TextedMovie, textedMovie, UnsupportedMovie } from "@oxbow/containers";
import { Fault } from "@oxbow/contract";
import type { AssetSubtitle } from "../asset.ts";
import { parseSubtitles } from "../subtitles/index.ts";
import { readAt } from "./read-at.ts";

/**
 * A file of an asset with the asset's subtitles as tracks: its head in memory, its media where they are.
 * Fault `media_unreadable`.
 */
export async function filmWithTexts(
  path: string,
  subtitles: readonly AssetSubtitle[],
  resolve: (path: string) => string,
): Promise<TextedMovie> {
  try {
    const texts = await Promise.all(subtitles.map((one) => movieText(one, resolve(one.path))));
    await using file = await open(path, "r");
    const { size } = await file.stat();
    return await textedMovie((offset, bytes) => readAt(file, offset, bytes), size, texts);
  } catch (cause) {
    if (cause instanceof Fault) throw cause;
    const why = cause instanceof UnsupportedMovie ? cause.message : "a file is gone or broken";
    const message = `Cannot put the subtitles into the film: ${why}`;
    throw new Fault("media_unreadable", message, { cause });
  }
}

async function movieText(subtitle: AssetSubtitle, path: string): Promise<MovieText> {
  const { language, label, forced } = subtitle;
  const { cues } = parseSubtitles(await readFile(path, "utf8"));
  return { language, label, forced, default: subtitle.default, cues };
}
