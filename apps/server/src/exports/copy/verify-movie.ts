import { type MovieTrack, outlineMovie, type TableOutline } from "@oxbow/containers";
import { Fault } from "@oxbow/contract";
import type { MoviePlan, PlannedTrack } from "../plan/movie-plan.ts";

/** Edits are told in ticks of the movie, durations in whole ticks of the track: rounding is no flaw. */
const TOLERANCE_MS = 1;

/**
 * Looks at a finished file as a player does: walks its boxes, and compares what they say with the plan:
 * size, samples, durations, edits, and with them the offset between picture and sound.
 * Fault `export_verification_failed`.
 */
export async function verifyMovie(
  plan: MoviePlan,
  size: number,
  read: (offset: number, bytes: number) => Promise<Uint8Array>,
): Promise<void> {
  same("bytes", size, plan.bytes);
  const movie = await outlineMovie(read, size).catch((cause: unknown) => {
    throw failed("the file can't be read as a movie", cause);
  });
  same("tracks", movie.tracks.length, plan.tracks.length);
  const texts = movie.others.filter(({ codec }) => codec === "tx3g");
  same("subtitles", texts.length, plan.texts);
  if (!movie.moov.first) throw failed("the media stands before moov");
  near("duration", movie.durationMs, plan.durationMs);
  for (const planned of plan.tracks) {
    const found = movie.tracks.find(({ track }) => track.id === planned.track.id);
    if (found === undefined) throw failed(`track ${planned.track.id} is missing`);
    compareTrack(planned, found, plan);
  }
}

function compareTrack(
  planned: PlannedTrack,
  found: MovieTrack<TableOutline>,
  plan: MoviePlan,
): void {
  const { id, timescale, config } = planned.track;
  const { table, presentation } = found;
  const about = `of track ${id}`;
  same(`samples ${about}`, table.count, planned.samples);
  same(`ticks a second ${about}`, found.track.timescale, timescale);
  if (found.track.config.codecString !== config.codecString) {
    throw failed(`the codec ${about} is ${found.track.config.codecString}`);
  }
  const ms = (ticks: number): number => (ticks / timescale) * 1000;
  same(`the first tick shown ${about}`, presentation.mediaTime, planned.mediaTime);
  near(`the length ${about}`, ms(presentation.duration), ms(planned.duration));
  near(`the delay ${about}`, ms(presentation.delay), ms(planned.delay));
  for (const [name, place] of [
    ["first", table.first],
    ["last", table.last],
  ] as const) {
    if (place === undefined) throw failed(`the ${name} sample ${about} has no place`);
    const { offset, bytes } = place;
    const inside = offset >= plan.headerBytes && offset + bytes <= plan.bytes;
    if (!inside)
      throw failed(`the ${name} sample ${about} lies at byte ${offset}, not in the media`);
  }
}

function same(what: string, found: number, planned: number): void {
  if (found !== planned) throw failed(`${what}: ${found} instead of ${planned}`);
}

function near(what: string, found: number, planned: number): void {
  if (Math.abs(found - planned) > TOLERANCE_MS) same(what, found, planned);
}

function failed(why: string, cause?: unknown): Fault {
  const message = `The file made is not the file planned: ${why}`;
  return new Fault("export_verification_failed", message, { cause });
}
