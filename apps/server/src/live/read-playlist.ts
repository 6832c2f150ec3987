import assert from "node:assert/strict";
import * as hls from "hls-parser";

hls.setOptions({ strictMode: true });

export type ReadPart = { uri: string; seconds: number; gap: boolean; independent: boolean };

/** One entry as a client knows it; without a URI it is still open. */
export type ReadEntry = {
  sequence: number;
  discontinuitySequence: number;
  uri: string | undefined;
  seconds: number;
  wall: number;
  gap: boolean;
  map: string | undefined;
  parts: ReadPart[];
};

/** A media playlist as a client reads it, for tests. */
export type ReadPlaylist = {
  target: number;
  partTarget: number | undefined;
  mediaSequence: number;
  discontinuitySequence: number;
  skipped: number;
  ended: boolean;
  entries: ReadEntry[];
  hints: { type: string; uri: string }[];
  reports: { uri: string; sequence: number; part: number | undefined }[];
};

const attribute = (line: string, name: string): string | undefined =>
  new RegExp(`[:,]${name}=(?:"([^"]*)"|([^,]*))`)
    .exec(line)
    ?.slice(1)
    .find((found) => found);

/**
 * Reads a playlist, by rules of our own and by those of a strict parser. `before`: what a delta update
 * is an update of (rfc8216bis §6.2.5.1).
 */
export function readPlaylist(text: string, before?: ReadPlaylist): ReadPlaylist {
  const read: ReadPlaylist = {
    target: Number(valueOf(text, "TARGETDURATION")),
    partTarget: Number(attribute(valueOf(text, "PART-INF") ?? "", "PART-TARGET")) || undefined,
    mediaSequence: Number(valueOf(text, "MEDIA-SEQUENCE")),
    discontinuitySequence: Number(valueOf(text, "DISCONTINUITY-SEQUENCE")),
    skipped: Number(attribute(valueOf(text, "SKIP") ?? "", "SKIPPED-SEGMENTS") ?? 0),
    ended: text.includes("#EXT-X-ENDLIST\n"),
    entries: [],
    hints: [],
    reports: [],
  };
  readEntries(text, read, before);
  parseStrictly(text, read);
  return read;
}

const valueOf = (text: string, tag: string): string | undefined =>
  new RegExp(`^#EXT-X-${tag}(:.*)$`, "m").exec(text)?.[1]?.replace(/^:(?=\d+$)/, "");

function readEntries(text: string, read: ReadPlaylist, before: ReadPlaylist | undefined): void {
  let discontinuity = read.discontinuitySequence;
  if (read.skipped > 0) {
    assert.ok(before, "a delta update needs what it updates");
    const first = read.mediaSequence - before.mediaSequence;
    const carried = before.entries.slice(first, first + read.skipped);
    assert.equal(carried.length, read.skipped, "the reader has all that is skipped");
    read.entries.push(...carried.map((entry) => ({ ...entry, parts: [] })));
    discontinuity = carried.at(-1)?.discontinuitySequence ?? discontinuity;
  }
  let map: string | undefined;
  const fresh = (): ReadEntry => ({
    sequence: read.mediaSequence + read.entries.length,
    discontinuitySequence: discontinuity,
    uri: undefined,
    seconds: Number.NaN,
    wall: Number.NaN,
    gap: false,
    map,
    parts: [],
  });
  let entry = fresh();
  for (const line of text.split("\n")) {
    const uri = attribute(line, "URI") ?? "";
    if (line === "#EXT-X-DISCONTINUITY") {
      assert.deepEqual(entry.parts, [], "§4.4.4.9: before the first part");
      discontinuity += 1;
      entry.discontinuitySequence = discontinuity;
    } else if (line.startsWith("#EXT-X-MAP")) {
      assert.deepEqual(entry.parts, [], "§4.4.4.9: before the first part");
      map = entry.map = uri;
    } else if (line.startsWith("#EXT-X-PROGRAM-DATE-TIME:")) {
      assert.deepEqual(entry.parts, [], "§4.4.4.9: before the first part");
      entry.wall = Date.parse(line.slice("#EXT-X-PROGRAM-DATE-TIME:".length));
    } else if (line.startsWith("#EXT-X-PART:")) {
      const seconds = Number(attribute(line, "DURATION"));
      const [gap, independent] = [line.includes("GAP=YES"), line.includes("INDEPENDENT=YES")];
      entry.parts.push({ uri, seconds, gap, independent });
    } else if (line === "#EXT-X-GAP") entry.gap = true;
    else if (line.startsWith("#EXTINF:")) entry.seconds = Number.parseFloat(line.slice(8));
    else if (line.startsWith("#EXT-X-PRELOAD-HINT"))
      read.hints.push({ type: attribute(line, "TYPE") ?? "", uri });
    else if (line.startsWith("#EXT-X-RENDITION-REPORT")) {
      const part = attribute(line, "LAST-PART");
      const sequence = Number(attribute(line, "LAST-MSN"));
      read.reports.push({ uri, sequence, part: part === undefined ? undefined : Number(part) });
    } else if (line !== "" && !line.startsWith("#")) {
      entry.uri = line;
      read.entries.push(entry);
      entry = fresh();
    }
  }
  if (entry.parts.length > 0) read.entries.push(entry);
}

/**
 * The strict parser lets parts stand in the last three segments only, its own for a lone hint included;
 * the standard says within three targets, which are more segments where those are short. And it takes a
 * hint for a part of the open segment, also where that has had its last one, which may be short.
 */
function parseStrictly(text: string, read: ReadPlaylist): void {
  const open = read.entries.at(-1);
  const lastPart = open?.uri === undefined ? open?.parts.at(-1) : undefined;
  const hinted = read.hints.length > 0 && read.entries.at(-1)?.uri !== undefined ? 1 : 0;
  const late = read.entries.slice(hinted - 3);
  const kept = new Set(late.flatMap(({ parts }) => parts.map(({ uri }) => uri)));
  if (lastPart && lastPart.seconds < 0.85 * (read.partTarget ?? 0)) kept.delete(lastPart.uri);
  const shown = text
    .split("\n")
    .filter((line) => !line.startsWith("#EXT-X-PART:") || kept.has(attribute(line, "URI") ?? ""));
  const parsed = hls.parse(shown.join("\n"));
  assert.ok(parsed instanceof hls.types.MediaPlaylist);
  const uris = parsed.segments.map(({ uri }) => uri).filter((uri) => uri !== "");
  const own = read.entries.slice(read.skipped).flatMap(({ uri }) => uri ?? []);
  assert.deepEqual(uris, own);
}
