import { createHash } from "node:crypto";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import type { VodAnswer } from "../vod-answer.ts";

const compress = promisify(gzip);

/** What never changes under its URL. */
export const FOR_EVER = "public, max-age=31536000, immutable";
/** An asset may be deleted: what leads to its media is asked for again. */
const PLAYLIST = "public, max-age=60";
/** Subtitles come, change and go: who has it from a cache asks whether it is still so. */
export const ASKED_AGAIN = "public, no-cache";

/** A text that is asked for again and again: its tag and its compressed form are made once. */
export function rendered(contentType: string, text: string, cacheControl = PLAYLIST): VodAnswer {
  const bytes = Buffer.from(text);
  const hash = createHash("sha256").update(bytes).digest("base64url").slice(0, 22);
  let small: Promise<Uint8Array> | undefined;
  return {
    kind: "bytes",
    contentType,
    cacheControl,
    etag: `"${hash}"`,
    body: [bytes],
    bytes: bytes.length,
    gzip: () => (small ??= compress(bytes)),
  };
}
