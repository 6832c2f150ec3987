import type { FoundText } from "@oxbow/containers";
import { playlistLanguage } from "@oxbow/hls";
import type { SubtitleRequest } from "./subtitles.ts";
import { webVtt } from "./web-vtt.ts";

/** Subtitles that stand in a file, as requests for those of its asset; the first that is enabled is shown unasked. */
export function requestsOf(texts: readonly FoundText[]): SubtitleRequest[] {
  const shown = texts.find((text) => text.default);
  return texts.map((text) => ({
    language: languageOf(text.language),
    kind: "subtitles",
    label: text.label?.slice(0, 100),
    default: text === shown,
    forced: text.forced ?? false,
    text: webVtt({ cues: text.cues, styles: [] }),
  }));
}

/** A tag of BCP 47, or three letters of ISO 639-2. */
function languageOf(told: string): string {
  if (/^[a-z]{3}$/.test(told)) return playlistLanguage(told) ?? "und";
  try {
    return Intl.getCanonicalLocales(told)[0] ?? "und";
  } catch (error) {
    if (error instanceof RangeError) return "und";
    throw error;
  }
}
