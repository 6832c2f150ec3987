import { Fault } from "@oxbow/contract";
import type { Millis } from "@oxbow/media";

/** What of a stream a token opens: a stretch of time `[from, to)`, a broadcast, what is live. */
export type Bounds = {
  readonly from: Millis | undefined;
  readonly to: Millis | undefined;
  readonly broadcast: string | undefined;
  /** What is on air, and not the archive. */
  readonly liveOnly: boolean;
};

/** When some media was, and of which broadcast it is; `to` may be without an end. */
export type Extent = {
  readonly from: number;
  readonly to: number;
  readonly broadcast: string | undefined;
};

/** Whether a piece of media lies in what is opened, or over its edge: such a piece is given whole. */
export function overlaps(bounds: Bounds, extent: Extent): boolean {
  const { from = -Infinity, to = Infinity } = bounds;
  return isOf(bounds, extent.broadcast) && extent.to > from && extent.from < to;
}

/** Whether all of a stretch lies in what is opened; its broadcast is another question. */
export function contains(bounds: Bounds, from: number, to: number): boolean {
  return from >= (bounds.from ?? -Infinity) && to <= (bounds.to ?? Infinity);
}

/** Whether a broadcast may be opened at all; `undefined` is one that nobody knows. */
export function isOf(bounds: Bounds, broadcast: string | null | undefined): boolean {
  return bounds.broadcast === undefined || bounds.broadcast === broadcast;
}

/** Whether it is less than all of a stream, at any time: then it opens no title that was made of it. */
export function isPart({ from, to, broadcast }: Bounds): boolean {
  return from !== undefined || to !== undefined || broadcast !== undefined;
}

/** Whether what comes from now on is opened: for connections, which begin now. */
export function opensNow(bounds: Bounds, broadcast: string | null, now: Millis): boolean {
  const { from = -Infinity, to = Infinity } = bounds;
  return isOf(bounds, broadcast) && now >= from && now < to;
}

/** The refusal of what lies outside. */
export function beyond(): Fault {
  return new Fault("token_forbidden", "The playback token is for another stretch of the stream");
}
