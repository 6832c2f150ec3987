import { type FileHandle, open } from "node:fs/promises";
import { Fault } from "@oxbow/contract";
import type { Track, VideoConfig } from "@oxbow/media";
import type { ExportEncoder } from "../export-attempt.ts";
import { type PlanOptions, pictureTicks } from "../plan/index.ts";
import type { ArchivedChunk, ArchivedSpan } from "../ports.ts";
import { type EdgeForm, edgeForm, joinConfigs, unsupported } from "./edge-form.ts";
import { chunksOf, type EdgedPictures, edgedChunks } from "./edged-chunks.ts";
import { type EncodedEdge, encodeEdge } from "./encode-edge.ts";
import { type Edge, findEdges, type SpanEdges } from "./find-edges.ts";
import { isIdrPicture } from "./sample-nal-units.ts";
import { gatherPictures, type SpanPictures, type SyncPicture } from "./span-pictures.ts";

export type EdgeTools = {
  readonly encoder: ExportEncoder;
  /** Names a file for an edge; whoever names it removes it. */
  readonly fileOf: (name: "head" | "tail") => string;
  readonly signal: AbortSignal;
  /** The part, from 0 to 1, that is done: each of the two edges counts as half. */
  readonly progress: (part: number) => void;
};

type VideoTrack = Track & { readonly config: VideoConfig };

/** A span at an end of the range, with what becomes of its pictures. */
type EndSpan = {
  readonly span: ArchivedSpan;
  readonly video: VideoTrack;
  readonly pictures: SpanPictures;
  readonly edges: SpanEdges;
  readonly encoded: { readonly head?: EncodedEdge; readonly tail?: EncodedEdge };
};

export function videoOf({ stretch }: ArchivedSpan): VideoTrack | undefined {
  for (const track of stretch.tracks) {
    const { config } = track;
    if (config.kind === "video") return { ...track, config };
  }
  return undefined;
}

/**
 * The spans of a range, its first and its last with the pictures at the cut encoded anew, so that they
 * begin with the first wanted picture and end with the last. Fault as `prepareCopy`.
 */
export async function edgeSpans(
  spans: readonly ArchivedSpan[],
  options: PlanOptions,
  tools: EdgeTools,
): Promise<readonly ArchivedSpan[]> {
  const ends: EndSpan[] = [];
  for (const [at, span] of spans.entries()) {
    const place = { head: at === 0, tail: at === spans.length - 1 };
    const video = videoOf(span);
    if (video === undefined || !(place.head || place.tail)) continue;
    const end = await edgeSpan({ span, video, place }, options, tools);
    if (end === undefined) continue;
    ends.push(end);
    const next = spans[at + 1];
    if (next !== undefined) await checkNext(end, next);
  }
  const [first] = ends;
  if (first === undefined) return spans;
  const encoded = ends.flatMap((end) => [end.encoded.head, end.encoded.tail]);
  const configs = encoded.flatMap((edge) => (edge === undefined ? [] : [edge.config]));
  const config =
    configs.length === 0 ? first.video.config : joinConfigs(first.video.config, configs);
  return spans.map((span) => {
    const end = ends.find((each) => each.span === span);
    const tracks = span.stretch.tracks.map((track) =>
      track.config.kind === "video" ? { ...track, config } : track,
    );
    const stretch = { ...span.stretch, tracks };
    const chunks = end === undefined ? () => span.chunks() : () => putTogether(end);
    return { from: span.from, to: span.to, stretch, chunks };
  });
}

async function edgeSpan(
  of: {
    readonly span: ArchivedSpan;
    readonly video: VideoTrack;
    readonly place: { readonly head: boolean; readonly tail: boolean };
  },
  options: PlanOptions,
  tools: EdgeTools,
): Promise<EndSpan | undefined> {
  const { span, video, place } = of;
  const form = edgeForm(video.config);
  const pictures = gatherPictures(video, await span.chunks());
  await using source = await openSource(span);
  const ticks = (wall: PlanOptions["from"]): number =>
    pictureTicks(span.stretch.origin, video, wall);
  // What is presented before the first sync picture of a file can't be decoded.
  const from = Math.max(place.head ? ticks(options.from) : 0, pictures.syncs[0]?.pts ?? 0);
  const window = { from, to: ticks(options.to), ...place };
  const idr = (picture: SyncPicture): Promise<boolean> =>
    isIdrPicture(source, picture, form.record.lengthBytes);
  const edges = await findEdges(pictures, window, idr);
  if (edges === "no-idr") throw unsupported("no picture near the cut begins anew");
  if (edges === undefined) return undefined;
  const encode = (edge: Edge | undefined, name: "head" | "tail") =>
    edge && encodeEdge(orderOf({ edge, pictures, source, form, name }, tools));
  const head = await encode(edges.head, "head");
  const tail = await encode(edges.tail, "tail");
  return {
    span,
    video,
    pictures,
    edges,
    encoded: { ...(head && { head }), ...(tail && { tail }) },
  };
}

function orderOf(
  of: {
    readonly edge: Edge;
    readonly pictures: SpanPictures;
    readonly source: FileHandle;
    readonly form: EdgeForm;
    readonly name: "head" | "tail";
  },
  { encoder, fileOf, signal, progress: tell }: EdgeTools,
): Parameters<typeof encodeEdge>[0] {
  const { name, ...order } = of;
  const begin = name === "head" ? 0 : 0.5;
  const progress = (part: number): void => tell(begin + Math.min(1, part) / 2);
  // Sets of their own: those of two encodes may differ in what they say of timing.
  const id = of.form.freeIds[name === "head" ? 0 : 1] ?? 0;
  return { ...order, id, file: fileOf(name), encoder, signal, progress };
}

function openSource({ stretch }: ArchivedSpan): Promise<FileHandle> {
  return open(stretch.file, "r").catch((cause: unknown) => {
    const message = `The archive file "${stretch.file}" is gone`;
    throw new Fault("source_media_lost", message, { cause });
  });
}

/** An encoded head that reaches the end of its span must be followed by a picture that begins anew. */
async function checkNext({ edges, video }: EndSpan, next: ArchivedSpan): Promise<void> {
  if (edges.head === undefined || edges.copied.from < edges.copied.until) return;
  const follower = videoOf(next);
  if (follower === undefined) return;
  const { syncs } = gatherPictures(follower, await next.chunks());
  await using source = await openSource(next);
  const [first] = syncs;
  const { lengthBytes } = edgeForm(video.config).record;
  if (first !== undefined && (await isIdrPicture(source, first, lengthBytes))) return;
  throw unsupported("no picture near the cut begins anew");
}

/** The chunks of a span with its encoded edges. */
async function putTogether({
  span,
  video,
  pictures,
  edges,
  encoded,
}: EndSpan): Promise<Iterable<ArchivedChunk>> {
  const { from, until } = edges.copied;
  const decoded = (place: number): number => pictures.dts[place] ?? Number.POSITIVE_INFINITY;
  const edged: EdgedPictures = {
    file: span.stretch.file,
    video,
    tracks: span.stretch.tracks,
    head: encoded.head === undefined ? [] : chunksOf(encoded.head, video),
    copied: {
      from: from < until ? decoded(from) : Number.POSITIVE_INFINITY,
      until: decoded(until),
    },
    tail: encoded.tail === undefined ? [] : chunksOf(encoded.tail, video),
  };
  const source = await span.chunks();
  return { [Symbol.iterator]: () => edgedChunks(source, edged) };
}
