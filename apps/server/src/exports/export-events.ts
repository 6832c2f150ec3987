import { type NewEvent, newEvent } from "@oxbow/contract";
import { type Millis, rfc3339 } from "@oxbow/media";
import { assetPlayback } from "../assets/index.ts";
import type { ExportResult } from "./export-result.ts";
import { assetOf, type ExportSpec, readSpec } from "./export-spec.ts";
import type { ExportJob, ExportUrls } from "./ports.ts";

/** What an export copies in a second until one was measured. */
const FIRST_BYTES_A_SECOND = 500_000_000;

function about({ stream, broadcast }: ExportSpec): Pick<NewEvent, "stream" | "broadcast"> {
  return broadcast === null ? { stream } : { stream, broadcast };
}

/** `to` is that of the spec, or where the broadcast ended. */
export function exportStarted(job: ExportJob, to: Millis, speed: number | undefined): NewEvent {
  const spec = readSpec(job.spec);
  // How large an encoder makes it, and in what time, nobody knows before.
  const bytes = spec.mode === "copy" ? spec.estimatedBytes : null;
  const seconds = bytes === null ? null : bytes / (speed ?? FIRST_BYTES_A_SECOND);
  return newEvent(
    "dvr_mp4_export_start",
    {
      export: job.id,
      attempt: job.attempt,
      range: { from: rfc3339(spec.from), to: rfc3339(to) },
      estimate: { bytes, seconds: seconds === null ? null : Math.ceil(seconds * 10) / 10 },
    },
    about(spec),
  );
}

export function exportProgressed(job: ExportJob): NewEvent {
  const { percent, bytes, secondsLeft } = job.progress;
  const data = { export: job.id, percent, bytes, secondsLeft, attempt: job.attempt };
  return newEvent("dvr_mp4_export_progress", data, about(readSpec(job.spec)));
}

export function exportReady(job: ExportJob, result: ExportResult, base: string): NewEvent {
  const spec = readSpec(job.spec);
  const asset = assetOf(job);
  const { files } = result;
  const [first] = files;
  const { hls, mp4 } = assetPlayback(base, { id: asset, files });
  return newEvent(
    "dvr_mp4_export_ready",
    {
      export: job.id,
      asset,
      location: first?.location ?? "",
      bytes: first?.bytes ?? 0,
      duration: result.durationMs / 1000,
      sha256: first?.sha256 ?? null,
      tracks: [...(first?.tracks ?? [])],
      gaps: result.gaps.map(({ from, to, reason, at, filled }) => ({
        from: rfc3339(from),
        to: rfc3339(to),
        reason,
        at: at / 1000,
        ...(filled === true && { filled }),
      })),
      cut: { from: rfc3339(result.cut.from), to: rfc3339(result.cut.to) },
      files: files.map(({ rendition, location, bytes, sha256, tracks }) => {
        return { rendition, location, bytes, sha256, tracks: [...tracks] };
      }),
      playback: { hls, mp4 },
      queuedMs: result.queuedMs,
      runningMs: result.runningMs,
      attempt: job.attempt,
    },
    about(spec),
  );
}

/** Codes after which the archive has nothing of the range to offer either. */
const NOTHING_THERE = new Set([
  "range_without_media",
  "range_evicted",
  "range_in_future",
  "source_media_lost",
]);

/** Codes that an instant MP4 of the same range would be refused with, too. */
const NO_MOVIE = new Set(["range_changes_codec"]);

export function exportFailed(job: ExportJob, to: Millis, urls: ExportUrls): NewEvent {
  const spec = readSpec(job.spec);
  const error = job.error ?? { code: "internal", message: "No reason was kept", retryable: false };
  const fallbacks: { kind: string; url: string }[] = [];
  if (!NOTHING_THERE.has(error.code)) {
    const { hls, mp4 } = urls.recording(spec.stream.name, spec.from, to);
    fallbacks.push({ kind: "dvr", url: hls });
    if (mp4 !== undefined && !NO_MOVIE.has(error.code)) {
      fallbacks.push({ kind: "instant_mp4", url: mp4 });
    }
  }
  return newEvent(
    "dvr_mp4_export_failed",
    {
      export: job.id,
      code: error.code,
      message: error.message,
      retryable: error.retryable,
      ...("detail" in error && error.detail !== undefined ? { detail: error.detail } : {}),
      attempts: job.attempt,
      fallbacks,
    },
    about(spec),
  );
}

export function exportAborted(job: ExportJob): NewEvent {
  const by = job.error?.by ?? "unknown";
  const why = job.error?.message ?? null;
  const { percent } = job.progress;
  const data = { export: job.id, by, why, percent };
  return newEvent("dvr_mp4_export_aborted", data, about(readSpec(job.spec)));
}
