import type { SpanPictures, SyncPicture } from "./span-pictures.ts";

/** Pictures that are to be encoded anew. */
export type Edge = {
  /** Places `[from, until)` are decoded for it, in decode order; `from` is a sync picture. */
  readonly from: number;
  readonly until: number;
  /** Their presentation times, ascending, and the tick at which the last stops being shown. */
  readonly pts: Float64Array;
  readonly end: number;
  /** Ticks by which a picture is decoded before it is shown, as in the pictures beside it. */
  readonly delay: number;
};

/** What becomes of a span's pictures. */
export type SpanEdges = {
  readonly head: Edge | undefined;
  readonly tail: Edge | undefined;
  /** Places `[from, until)` are copied; none where they are equal. */
  readonly copied: { readonly from: number; readonly until: number };
};

export type EdgeWindow = {
  /** Ticks; what is presented in `[from, to)` is wanted. */
  readonly from: number;
  readonly to: number;
  /** The movie begins in this span, or ends in it. */
  readonly head: boolean;
  readonly tail: boolean;
};

/** An edge is not longer than this: beyond it, copying is the wrong mode. */
const MOST_SECONDS = 600;

/** Whether a sync picture is IDR: nothing behind it needs anything before it (ISO/IEC 14496-10 §7.4.1.2.4). */
export type IdrCheck = (picture: SyncPicture) => Promise<boolean>;

/**
 * Finds what must be encoded so that a movie of a span's wanted pictures needs no others: at its head, from
 * the first wanted picture to the next IDR picture, unless it is one itself; at its tail, from the last IDR
 * picture on, where pictures that are not wanted stand in decode order before one that is. Undefined
 * where nothing is wanted; "no-idr" where there is no IDR picture near enough.
 */
export async function findEdges(
  pictures: SpanPictures,
  window: EdgeWindow,
  isIdr: IdrCheck,
): Promise<SpanEdges | "no-idr" | undefined> {
  const wanted = findWanted(pictures, window);
  if (wanted === undefined) return undefined;
  const { first, last } = wanted;
  const lead = window.head ? leadOf(pictures, first) : undefined;
  const begin = lead?.place ?? 0;
  const clean = lead?.place === first && (await isIdr(lead)) ? lead : undefined;
  const next = clean ?? (lead && (await nextIdr(pictures, window, first, isIdr)));
  const headless = lead === undefined || clean !== undefined;
  const start = pictures.pts[first] ?? 0;
  const all = (): SpanEdges | "no-idr" => {
    const head = edgeOf(pictures, { from: begin, until: last + 1 }, start, window.to, lead);
    if (head.end - start > MOST_SECONDS * pictures.track.timescale) return "no-idr";
    return { head, tail: undefined, copied: { from: last + 1, until: last + 1 } };
  };
  if (!headless && next === undefined) return all();
  let [tail, until]: [Edge | undefined, number] = [undefined, last + 1];
  if (window.tail && hasStrays(pictures, window.to, next?.place ?? 0, last)) {
    const final = await lastIdr(pictures, window, { from: next?.place ?? 0, until: last }, isIdr);
    if (final === undefined) return "no-idr";
    // Nothing lies between the two edges.
    if (lead !== undefined && final === next) return all();
    tail = edgeOf(pictures, { from: final.place, until }, final.pts, window.to, final);
    until = final.place;
  }
  if (headless) return { head: undefined, tail, copied: { from: clean?.place ?? 0, until } };
  const from = next?.place ?? until;
  const head = edgeOf(pictures, { from: begin, until: from }, start, next?.pts ?? window.to, next);
  return { head, tail, copied: { from, until } };
}

/** The wanted picture that is presented first, and the one that is decoded last. */
function findWanted(
  { count, pts }: SpanPictures,
  { from, to }: EdgeWindow,
): { first: number; last: number } | undefined {
  let [first, last] = [-1, -1];
  for (let place = 0; place < count; place += 1) {
    const at = pts[place] ?? 0;
    if (at < from || at >= to) continue;
    if (first < 0 || at < (pts[first] ?? 0)) first = place;
    last = place;
  }
  return first < 0 ? undefined : { first, last };
}

/** The sync picture from which a picture can be decoded: the last that comes before it in either order. */
function leadOf({ syncs, pts }: SpanPictures, first: number): SyncPicture | undefined {
  const shown = pts[first] ?? 0;
  return syncs.findLast((sync) => sync.place <= first && sync.pts <= shown) ?? syncs[0];
}

async function nextIdr(
  { syncs, pts, track }: SpanPictures,
  { to }: EdgeWindow,
  first: number,
  isIdr: IdrCheck,
): Promise<SyncPicture | undefined> {
  const shown = pts[first] ?? 0;
  const end = Math.min(to, shown + MOST_SECONDS * track.timescale);
  for (const sync of syncs) {
    if (sync.pts > shown && sync.pts < end && (await isIdr(sync))) return sync;
  }
  return undefined;
}

async function lastIdr(
  { syncs, track }: SpanPictures,
  { to }: EdgeWindow,
  within: { readonly from: number; readonly until: number },
  isIdr: IdrCheck,
): Promise<SyncPicture | undefined> {
  for (const sync of syncs.toReversed()) {
    if (sync.place > within.until || sync.pts >= to) continue;
    const far = sync.pts < to - MOST_SECONDS * track.timescale;
    if (sync.place < within.from || far) return undefined;
    if (await isIdr(sync)) return sync;
  }
  return undefined;
}

/** Whether a picture that is presented at the end or later is decoded before one that is wanted. */
function hasStrays({ pts }: SpanPictures, to: number, from: number, last: number): boolean {
  for (let place = from; place < last; place += 1) if ((pts[place] ?? 0) >= to) return true;
  return false;
}

/** The pictures that are presented in `[start, to)`, of those at some places. */
function edgeOf(
  pictures: SpanPictures,
  decoded: { readonly from: number; readonly until: number },
  start: number,
  to: number,
  beside: SyncPicture | undefined,
): Edge {
  const times = pictures.pts
    .slice(decoded.from, decoded.until)
    .filter((at) => at >= start && at < to)
    .toSorted();
  const shown = times.at(-1) ?? start;
  let end = pictures.end;
  for (const at of pictures.pts) if (at > shown && at < end) end = at;
  return { ...decoded, pts: times, end, delay: beside === undefined ? 0 : beside.pts - beside.dts };
}
