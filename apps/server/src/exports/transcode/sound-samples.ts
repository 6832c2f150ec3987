import { Fault } from "@oxbow/contract";
import type { Attempt, ExportTools } from "../export-attempt.ts";
import { feedTrack } from "./feed-track.ts";
import type { Layout, PlacedRun } from "./layout.ts";
import { resolvePiece } from "./resolve-piece.ts";
import { failureOf, pour, startEncoder, Watch } from "./run-encoder.ts";
import { TICKS } from "./scan-run.ts";

/** All sound of an export is stereo at this rate, whatever it was. */
export const RATE = 48_000;
export const CHANNELS = 2;
/** Floats: what was louder than full scale inside a codec is not lost before its level is set. */
export const SAMPLE_BYTES: number = 4 * CHANNELS;

/** ffmpeg's words for it. */
export const RAW: readonly string[] = ["-f", "f32le", "-ar", `${RATE}`, "-ac", `${CHANNELS}`];

const SILENCE = Buffer.alloc(64 * 1024 - ((64 * 1024) % SAMPLE_BYTES));

export function samplesAt(ticks: number): number {
  return Math.round((ticks * RATE) / TICKS);
}

/**
 * The sound of an export as raw samples, exactly as many as it lasts: each run in its place, silence where
 * there is none. Fault as `runEncoder`.
 */
export async function* soundOf(
  tools: ExportTools,
  attempt: Attempt,
  layout: Layout,
): AsyncGenerator<Uint8Array> {
  let at = 0;
  for (const placed of layout.runs) {
    const begins = samplesAt(placed.at);
    const ends = samplesAt(placed.at + placed.run.to - placed.run.from);
    yield* silence(begins - at);
    at = begins;
    if (placed.run.audio === undefined) continue;
    for await (const bytes of decoded(tools, attempt, placed, ends - begins)) {
      at += bytes.length / SAMPLE_BYTES;
      yield bytes;
    }
  }
  yield* silence(samplesAt(layout.length) - at);
}

function* silence(samples: number): Generator<Uint8Array> {
  for (let left = samples * SAMPLE_BYTES; left > 0; left -= SILENCE.length) {
    yield SILENCE.subarray(0, Math.min(left, SILENCE.length));
  }
}

/** At most `most` samples of a run, whole ones in each piece. */
async function* decoded(
  tools: ExportTools,
  attempt: Attempt,
  { run }: PlacedRun,
  most: number,
): AsyncGenerator<Uint8Array> {
  const { audio } = run;
  if (audio === undefined) return;
  const { signal, spec } = attempt;
  const spans = await resolvePiece(tools, spec.stream.id, { run, from: run.from, to: run.to });
  const child = await startEncoder({
    encoder: tools.encoder,
    args: decodeArguments(run.from / TICKS, run.to / TICKS),
    signal,
  });
  using watch = new Watch(child);
  // What it throws is met below: the samples end with the input.
  const feeding = pour(feedTrack(spans, audio), child, watch).catch((error: unknown) => {
    child.kill();
    throw error;
  });
  feeding.catch(() => undefined);
  let left = most * SAMPLE_BYTES;
  let rest: Buffer = Buffer.alloc(0);
  try {
    for await (const part of child.stdout) {
      if (!(part instanceof Uint8Array)) continue;
      watch.alive();
      const bytes = rest.length === 0 ? part : Buffer.concat([rest, part]);
      const whole = Math.min(left, bytes.length - (bytes.length % SAMPLE_BYTES));
      rest = Buffer.from(bytes.subarray(whole, whole + (bytes.length % SAMPLE_BYTES)));
      left -= whole;
      if (whole > 0) yield bytes.subarray(0, whole);
    }
    await feeding;
    const end = await child.ended;
    if (end.code !== 0) throw failureOf(end, tools, watch.hung);
  } catch (error) {
    signal.throwIfAborted();
    throw error instanceof Fault ? error : failureOf(await child.ended, tools, watch.hung, error);
  } finally {
    child.kill();
  }
}

/**
 * Cut to the sample, at the rate of all; what the source's clock gained or lost against its timestamps is
 * put right little by little, so that sound and pictures stay together for hours.
 */
function decodeArguments(from: number, to: number): readonly string[] {
  const first = from.toFixed(6);
  const filters = [
    `atrim=start=${first}:end=${to.toFixed(6)}`,
    `asetpts=PTS-${first}/TB`,
    `aresample=${RATE}:async=480:min_comp=0.01:min_hard_comp=0.05:first_pts=0`,
    "aformat=sample_fmts=flt:channel_layouts=stereo",
  ];
  return [
    ...["-v", "error", "-copyts", "-protocol_whitelist", "pipe", "-f", "mp4", "-i", "pipe:0"],
    ...["-map", "0:a:0", "-af", filters.join(","), ...RAW, "pipe:1"],
  ];
}
