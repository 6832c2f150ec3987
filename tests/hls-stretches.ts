import { writeFile } from "node:fs/promises";

/** One rendition of an HLS presentation: its playlist, and what stands between its discontinuities. */
export type HlsRendition = {
  readonly playlist: string;
  /** For each EXT-X-MAP a file: the map and its segments, as a player appends them. */
  readonly files: readonly string[];
};

/**
 * Reads HLS as a player does that begins anew with each EXT-X-MAP (ffmpeg 5.1 keeps to the first one).
 * The files are named after `prefix`.
 */
export async function readHls(
  url: string,
  prefix: string,
): Promise<{ video: HlsRendition; audio: HlsRendition }> {
  const text = await textOf(url);
  const audio = /TYPE=AUDIO.*URI="([^"]+)"/.exec(text)?.[1];
  const video = text.split("\n").find((line) => line !== "" && !line.startsWith("#"));
  if (audio === undefined || video === undefined)
    throw new Error(`A rendition is missing:\n${text}`);
  return {
    video: await readRendition(new URL(video, url), `${prefix}-video`),
    audio: await readRendition(new URL(audio, url), `${prefix}-audio`),
  };
}

async function readRendition(url: URL, prefix: string): Promise<HlsRendition> {
  const playlist = await textOf(url);
  const files: string[] = [];
  let pieces: Buffer[] = [];
  const finish = async (): Promise<void> => {
    if (pieces.length === 0) return;
    const file = `${prefix}-${files.length}.mp4`;
    await writeFile(file, Buffer.concat(pieces));
    files.push(file);
    pieces = [];
  };
  let isGap = false;
  for (const line of playlist.split("\n")) {
    if (line === "#EXT-X-GAP") isGap = true;
    const map = /^#EXT-X-MAP:.*URI="([^"]+)"/.exec(line)?.[1];
    if (map !== undefined) await finish();
    const uri = map ?? (line === "" || line.startsWith("#") ? undefined : line);
    if (uri === undefined) continue;
    if (!isGap) pieces.push(await bytesOf(new URL(uri, url)));
    isGap = false;
  }
  await finish();
  return { playlist, files };
}

async function bytesOf(url: string | URL): Promise<Buffer> {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${String(url)} answered ${answer.status}`);
  return Buffer.from(await answer.arrayBuffer());
}

async function textOf(url: string | URL): Promise<string> {
  return (await bytesOf(url)).toString();
}
