import { open, readFile } from "node:fs/promises";
import { type MovieText, type TextedMovie, textedMovie, UnsupportedMovie } from "@oxbow/containers";
import { Fault } from "@oxbow/contract";
import { MalformedInput } from "@oxbow/media";
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
    const why = reasonOf(cause);
    if (why === undefined) throw cause;
    const message = `Cannot put the subtitles into the film: ${why}`;
    throw new Fault("media_unreadable", message, { cause });
  }
}

/** Why it can't be; undefined where the fault is ours. */
function reasonOf(error: unknown): string | undefined {
  if (error instanceof UnsupportedMovie || error instanceof MalformedInput) return error.message;
  return error instanceof Error && "code" in error && error.code === "ENOENT"
    ? "a file is gone"
    : undefined;
}

async function movieText(subtitle: AssetSubtitle, path: string): Promise<MovieText> {
  const { language, label, forced } = subtitle;
  const { cues } = parseSubtitles(await readFile(path, "utf8"));
  return { language, label, forced, default: subtitle.default, cues };
}
