import type { DvrAnswer } from "./archive-door.ts";

/** Bytes under a media URL never change. */
const IMMUTABLE = "public, max-age=31536000, immutable";

export function mediaAnswer(kind: "video" | "audio", body: readonly Uint8Array[]): DvrAnswer {
  const bytes = body.reduce((sum, { length }) => sum + length, 0);
  return { contentType: `${kind}/mp4`, cacheControl: IMMUTABLE, body, bytes };
}
