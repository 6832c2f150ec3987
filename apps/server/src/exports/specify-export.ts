import { Fault } from "@oxbow/contract";

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
import type { ExportSpec } from "./export-spec.ts";
import { checkRange } from "./plan/index.ts";

export type Specified = { readonly spec: ExportSpec; readonly state: "queued" | "waiting" };

/**
 * Checks a request as far as that can be done now, and completes it. A range that is sealed is looked
 * up; one that still grows is checked when it has. Fault as `Exports.create`.
 */
export async function specifyExport(sources: Sources, request: ExportRequest): Promise<Specified> {
  refuseUnsupported(request);
  const asked = await askedRange(sources, request);
  const options = {
    gaps: request.gaps === "fail" ? ("fail" as const) : ("skip" as const),
    packing: request.packing ?? "auto",
    title: request.title ?? null,
  };
  const sealed = await isSealed(sources, asked);
  let broadcast = asked.only;
  let estimatedBytes: number | null = null;
  if (sealed) {
    const to = await endOf(sources, asked);
    const range = await resolveRange(sources, asked, to);
    const spans = checkRange(range, { from: asked.from, to, ...options });
    const broadcasts = new Set(spans.map(({ stretch }) => stretch.broadcast));
    const [first] = broadcasts;
    if (broadcasts.size === 1) broadcast ??= first ?? null;
    estimatedBytes = estimateBytes(range);
  } else {
    const open = await sources.recordings.openBroadcast(asked.stream.id);
    if (open !== undefined && open.from <= asked.from) broadcast ??= open.id;
  }
  const spec: ExportSpec = {
    ...asked,
    ...options,
    broadcast,
    checksum: request.checksum ?? "sha256",
    metadata: request.metadata ?? {},
    estimatedBytes,
  };
  return { spec, state: sealed ? "queued" : "waiting" };
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

/** What the contract names and this version does not do. */
function refuseUnsupported(request: ExportRequest): void {
  const offered: readonly [field: keyof ExportRequest, is: boolean, instead: string][] = [
    ["mode", (request.mode ?? "copy") === "copy", 'mode "copy"'],
    ["cut", (request.cut ?? "keyframe") === "keyframe", 'cut "keyframe"'],
    ["gaps", request.gaps !== "fill", 'gaps "skip" or "fail"'],
    ["renditions", isOnly(request.renditions, ["source"]), 'the rendition "source"'],
    ["tracks", isAll(request.tracks), "all tracks"],
    ["subtitles", request.subtitles === undefined, "no subtitles"],
    ["destination", request.destination === undefined, "the server's own storage"],
  ];
  for (const [field, is, instead] of offered) {
    if (is) continue;
    const asked = JSON.stringify(request[field]);
    throw new Fault(
      "export_mode_unsupported",
      `Cannot export with ${field} ${asked}: ask for ${instead}`,
      { field },
    );
  }
}

function isOnly(values: readonly unknown[] | undefined, allowed: readonly string[]): boolean {
  return values === undefined || values.every((value) => allowed.some((name) => name === value));
}

function isAll(tracks: readonly unknown[] | undefined): boolean {
  return tracks === undefined || (tracks.includes("video") && tracks.includes("audio"));
}

/** The range of a spec, to be looked up again when the job runs. */
export function askedOf({ stream, from, to, only }: ExportSpec): AskedRange {
  return { stream, from, to, only };
}
