import { Fault } from "@oxbow/contract";
import { parseSubtitles } from "../assets/index.ts";
import { checkMedia } from "./check-media.ts";
import type { ExportInput } from "./export-inputs.ts";
import {
  type AskedRange,
  checkTimes,
  endOf,
  estimateBytes,
  isSealed,
  resolveRange,
  type Sources,
} from "./export-range.ts";
import type { ExportRequest } from "./export-request.ts";
import type { ExportSpec, TextSpec, WatermarkSpec } from "./export-spec.ts";
import { refuseSenseless, wishedFiles, wishedLoudness, wishedTracks } from "./export-wishes.ts";
import { recordedName, recordedOf } from "./plan-options.ts";
import { readWatermark } from "./watermark-image.ts";

export type Specified = {
  readonly spec: ExportSpec;
  readonly state: "queued" | "waiting";
  /** What must be kept with the job. */
  readonly inputs: readonly ExportInput[];
};

/** Texts of one export, and bytes of each. */
const MOST_TEXTS = 20;
const MOST_TEXT_BYTES = 1_048_576;

/**
 * Checks a request as far as that can be done now, and completes it. A range that is sealed is looked
 * up; one that still grows is checked when it has. Fault as `Exports.create`.
 */
export async function specifyExport(sources: Sources, request: ExportRequest): Promise<Specified> {
  refuseSenseless(request);
  const asked = await askedRange(sources, request);
  const { texts, watermark, inputs } = readInputs(request);
  const spec: ExportSpec = {
    ...asked,
    broadcast: asked.only,
    mode: request.mode ?? "copy",
    cut: request.cut ?? "keyframe",
    gaps: request.gaps ?? "skip",
    packing: request.packing ?? "auto",
    checksum: request.checksum ?? "sha256",
    title: request.title ?? null,
    metadata: request.metadata ?? {},
    renditions: [...wishedFiles(request)],
    tracks: [...wishedTracks(request)],
    subtitles: [...texts],
    loudness: wishedLoudness(request),
    watermark,
    estimatedBytes: null,
  };
  const sealed = await isSealed(sources, asked, recordedOf(spec));
  const known = sealed ? await lookUp(sources, spec) : await expectedBroadcast(sources, asked);
  return { spec: { ...spec, ...known }, state: sealed ? "queued" : "waiting", inputs };
}

type Known = Partial<Pick<ExportSpec, "broadcast" | "estimatedBytes">>;

/** What the archive holds of a sealed range. */
async function lookUp(sources: Sources, spec: ExportSpec): Promise<Known> {
  const to = await endOf(sources, spec);
  let bytes = 0;
  let broadcast = spec.broadcast;
  for (const wish of spec.mode === "copy" ? spec.renditions : spec.renditions.slice(0, 1)) {
    const range = await resolveRange(sources, spec, to, recordedName(wish, spec.mode));
    const { spans } = checkMedia(range, spec, wish, to);
    const broadcasts = new Set(spans.map(({ stretch }) => stretch.broadcast));
    const [first] = broadcasts;
    if (broadcasts.size === 1) broadcast ??= first ?? null;
    bytes += estimateBytes(range);
  }
  return { broadcast, estimatedBytes: bytes };
}

async function expectedBroadcast({ recordings }: Sources, asked: AskedRange): Promise<Known> {
  const open = await recordings.openBroadcast(asked.stream.id);
  if (asked.only !== null || open === undefined || open.from > asked.from) return {};
  return { broadcast: open.id };
}

async function askedRange({ recordings }: Sources, request: ExportRequest): Promise<AskedRange> {
  if (request.broadcast !== undefined) {
    const broadcast = await recordings.broadcast(request.broadcast);
    if (broadcast === undefined) {
      throw new Fault("broadcast_unknown", `There is no broadcast "${request.broadcast}"`, {
        field: "broadcast",
      });
    }
    const { id, stream, from, to } = broadcast;
    if (to !== null) checkTimes(from, to);
    return { stream, from, to, only: id };
  }
  const { stream: name, from, to } = request;
  if (name === undefined || from === undefined || to === undefined) {
    throw new Fault("invalid_request", "Give a broadcast, or a stream with from and to");
  }
  const stream = await recordings.stream(name);
  if (stream === undefined) {
    throw new Fault("stream_unknown", `There is no stream "${name}"`, { field: "stream" });
  }
  checkTimes(from, to);
  return { stream, from, to, only: null };
}

/** The texts and the image of a request, as the job knows them and as they are kept. */
function readInputs({ subtitles = [], watermark }: ExportRequest): {
  readonly texts: readonly TextSpec[];
  readonly watermark: WatermarkSpec | null;
  readonly inputs: readonly ExportInput[];
} {
  if (subtitles.length > MOST_TEXTS) {
    throw new Fault("invalid_request", `Give at most ${MOST_TEXTS} subtitles`, {
      field: "subtitles",
    });
  }
  const inputs: ExportInput[] = [];
  const texts = subtitles.map((each, at): TextSpec => {
    const { language, label, text, timing = "export", burn = false } = each;
    const bytes = Buffer.from(text);
    checkText(text, bytes.length, at);
    const file = `${at}.txt`;
    inputs.push({ file, bytes });
    const about = { language, label: label ?? null, default: each.default ?? false };
    return { ...about, burn, timing, file };
  });
  if (watermark === undefined) return { texts, watermark: null, inputs };
  const { position = "top-right", opacity = 1, width = 0.15 } = watermark;
  const { kind, bytes } = readWatermark(watermark.image);
  const file = `watermark.${kind}`;
  inputs.push({ file, bytes });
  return { texts, watermark: { position, opacity, width, file }, inputs };
}

/** What can't be read is told before there is a job. Fault `invalid_request`. */
function checkText(text: string, bytes: number, at: number): void {
  const field = `subtitles.${at}.text`;
  if (bytes > MOST_TEXT_BYTES) {
    throw new Fault("invalid_request", `A subtitle has ${bytes} bytes, over 1 MiB`, { field });
  }
  try {
    parseSubtitles(text);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    throw new Fault("invalid_request", error.message, { field, cause: error });
  }
}
