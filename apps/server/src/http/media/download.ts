import type { MediaReply } from "./answer.ts";
import type { MediaRequest } from "./media-request.ts";

/** `{rendition}.mp4` and `{from}-{to}.mp4`: whole files. Sections and segments stand deeper. */
const WHOLE_FILE = /^[^/]+\.mp4$/;
/** File systems take 255 bytes; some is left for what a browser adds. */
const NAME_BYTES = 200;
/** Path separators, what Windows takes in no name, and characters without a shape (controls, bidirectional marks). */
const NOT_IN_NAMES = /[\\/<>:"|?*\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]+/gu;
/** RFC 8187 §3.2.1: attr-char, without what encodeURIComponent leaves as it is and it does not have. */
const LEFT_OVER = /['()*]/g;

/** Marks the answer as a file to keep where the viewer asked for that: `?download`, or `?download=name`. */
export function asDownload<Reply extends MediaReply>(request: MediaRequest, answer: Reply): Reply {
  const asked = request.query.get("download");
  if (asked === null || !WHOLE_FILE.test(request.path)) return answer;
  const name = fileName(asked) ?? fileName(`${request.owner}-${request.path}`) ?? "video.mp4";
  return { ...answer, headers: { ...answer.headers, "Content-Disposition": attachment(name) } };
}

/** A name that every system takes, with `.mp4` at its end; undefined where nothing is left of it. */
function fileName(wished: string): string | undefined {
  const clean = wished
    .replace(NOT_IN_NAMES, " ")
    .replace(/\.mp4$/i, "")
    .replace(/^[\s.]+|[\s.]+$/g, "");
  let name = "";
  let bytes = 0;
  for (const character of clean) {
    bytes += Buffer.byteLength(character);
    if (bytes > NAME_BYTES) break;
    name += character;
  }
  return name === "" ? undefined : `${name}.mp4`;
}

/** RFC 6266 §4: the name in ASCII for old programs, and as it is (RFC 8187) where that says less. */
function attachment(name: string): string {
  const ascii = name.replace(/[^\x20-\x7e]/g, "_").replace(/["\\%]/g, "_");
  const header = `attachment; filename="${ascii}"`;
  if (ascii === name) return header;
  const encoded = encodeURIComponent(name).replace(
    LEFT_OVER,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `${header}; filename*=UTF-8''${encoded}`;
}
