import { writeFile } from "node:fs/promises";
import * as hls from "hls-parser";
import type { Measured } from "../fixtures/measure.ts";
import { measure } from "../fixtures/measure.ts";

hls.setOptions({ strictMode: true });

/** One entry of a media playlist, as a player counts. */
export type QualityEntry = {
  readonly sequence: number;
  readonly discontinuitySequence: number;
  readonly seconds: number;
  /** Unix time in milliseconds. */
  readonly wall: number;
  readonly gap: boolean;
  readonly url: string;
  /** Of its initialization section. */
  readonly map: string | undefined;
};

/** One quality of a presentation. */
export type Quality = {
  readonly height: number;
  readonly codecs: string;
  readonly frameRate: number | undefined;
  readonly bandwidth: number;
  readonly url: string;
  readonly ended: boolean;
  readonly entries: readonly QualityEntry[];
};

/** Reads all qualities of a multivariant playlist, in its order. */
export async function qualitiesOf(url: string): Promise<Quality[]> {
  const index = hls.parse(await textOf(url));
  if (!(index instanceof hls.types.MasterPlaylist)) throw new Error(`No qualities at ${url}`);
  const variants = index.variants.filter(({ isIFrameOnly }) => !isIFrameOnly);
  return Promise.all(
    variants.map(async (variant) => {
      const at = new URL(variant.uri, url).href;
      const { ended, entries } = await entriesOf(at);
      return {
        height: variant.resolution?.height ?? 0,
        codecs: variant.codecs ?? "",
        frameRate: variant.frameRate,
        bandwidth: variant.bandwidth,
        url: at,
        ended,
        entries,
      };
    }),
  );
}

async function entriesOf(url: string): Promise<Pick<Quality, "ended" | "entries">> {
  const list = hls.parse(await textOf(url));
  if (!(list instanceof hls.types.MediaPlaylist)) throw new Error(`No entries at ${url}`);
  const whole = list.segments.filter(({ uri }) => uri !== "");
  return {
    ended: list.endlist,
    entries: whole.map((segment) => ({
      sequence: segment.mediaSequenceNumber,
      discontinuitySequence: segment.discontinuitySequence,
      seconds: segment.duration,
      wall: segment.programDateTime?.getTime() ?? Number.NaN,
      gap: segment.gap ?? false,
      url: new URL(segment.uri, url).href,
      map: segment.map ? new URL(segment.map.uri, url).href : undefined,
    })),
  };
}

/** Decodes one entry by itself: the numbers of its pictures. `file` is where it is put. */
export async function picturesOf(entry: QualityEntry, file: string): Promise<Measured["frames"]> {
  const parts = await Promise.all([entry.map, entry.url].map((url) => bytesOf(url ?? "")));
  await writeFile(file, Buffer.concat(parts));
  return (await measure(file, { audio: false })).frames;
}

async function textOf(url: string): Promise<string> {
  return (await bytesOf(url)).toString();
}

async function bytesOf(url: string): Promise<Buffer> {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
  return Buffer.from(await answer.arrayBuffer());
}
