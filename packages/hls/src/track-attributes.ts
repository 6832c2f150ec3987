import type { VideoConfig } from "@oxbow/media";

/** Size of the picture as shown: pixel aspect and turn applied, which RESOLUTION asks for. */
export function shownSize(config: VideoConfig): { width: number; height: number } {
  const [horizontal, vertical] = config.pixelAspect;
  const known = horizontal > 0 && vertical > 0;
  const width = known ? Math.round((config.width * horizontal) / vertical) : config.width;
  const turned = config.rotation === 90 || config.rotation === 270;
  return turned ? { width: config.height, height: width } : { width, height: config.height };
}

/**
 * A track's language (ISO 639-2, terminological or bibliographic) as LANGUAGE wants it: the shortest
 * BCP 47 tag, `eng` → `en`. Absent for `und` and for what is no language.
 */
export function playlistLanguage(language: string): string | undefined {
  if (!/^[A-Za-z]{2,3}$/.test(language)) return undefined;
  const [tag] = Intl.getCanonicalLocales(language);
  return tag === "und" ? undefined : tag;
}
