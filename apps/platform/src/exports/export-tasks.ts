import { OxbowError } from "@oxbow/sdk";
import { z } from "zod";
import type { Tx } from "../store/index.ts";
import type { TaskHandlers } from "../tasks/index.ts";
import { scheduleTask } from "../tasks/index.ts";
import { videoOf } from "../videos/index.ts";
import { careForWishes } from "./care-for-wishes.ts";
import { changeWish } from "./change-wish.ts";
import type { ExportParts } from "./export-parts.ts";
import { claimStrays } from "./export-projection.ts";
import type { Failure } from "./ladder.ts";
import { ABORT, ASK, CARE, RELEASE, RETRY } from "./task-kinds.ts";
import type { WishInput } from "./wish-life.ts";
import { lifeOf, optionsOf, type WishOptions, type WishRow, wishOf } from "./wish-row.ts";

/** A media server that is away for a night is asked in the morning. */
const PATIENT_ATTEMPTS = 200;
const CARE_EVERY_MS = 60_000;

/** Codes after which the archive has nothing of the range to show either. */
const NOTHING_THERE: ReadonlySet<string> = new Set([
  "range_without_media",
  "range_evicted",
  "range_in_future",
  "source_media_lost",
  "broadcast_unknown",
  "stream_unknown",
]);

/** What exports do on the media server, surely. */
export function exportTasks(parts: ExportParts): TaskHandlers {
  const id = z.string();
  const gaveUp = (tx: Tx, payload: unknown, error: string) =>
    refuse(tx, parts, id.parse(payload), {
      code: "media_server_away",
      message: error,
      retryable: false,
      recorded: true,
    });
  return {
    [ASK]: {
      run: (payload) => askExport(parts, id.parse(payload)),
      attempts: PATIENT_ATTEMPTS,
      onDead: gaveUp,
    },
    [RETRY]: (payload) => becomes(parts, id.parse(payload), { do: "due" }),
    [ABORT]: {
      run: (payload) => abortExport(parts, id.parse(payload)),
      attempts: PATIENT_ATTEMPTS,
    },
    [RELEASE]: {
      run: (payload) => releaseMedia(parts, id.parse(payload)),
      attempts: PATIENT_ATTEMPTS,
    },
    [CARE]: async () => {
      await careForWishes(parts);
      await parts.store.commit((tx) => scheduleCare(tx, parts, CARE_EVERY_MS));
    },
  };
}

/** To be wished for once at the start. */
export function scheduleCare(
  tx: Tx,
  { world }: Pick<ExportParts, "world">,
  inMs: number,
): Promise<void> {
  return scheduleTask(tx, world, { kind: CARE, key: "", payload: null, at: world.now() + inMs });
}

/** Asks for the file, once for each time that it is wished for. Throws where the media server is away. */
async function askExport(parts: ExportParts, id: string): Promise<void> {
  const { store, world, media } = parts;
  const row = await wishOf(store.db, id);
  if (row === undefined || (row.state !== "asking" && row.state !== "retrying")) return;
  const { asked } = lifeOf(row);
  const video = await videoOf(store.db, row.video);
  const body = bodyOf(row, video?.broadcast ?? null);
  try {
    await keepMedia(parts, row, asked);
    await becomes(parts, id, { do: "sent" });
    const now = await wishOf(store.db, id);
    // Somebody has stopped it meanwhile.
    if (now === undefined || !lifeOf(now).sent) return;
    const made = await media.exports.create(body, { idempotencyKey: `${id}.${asked}` });
    await store.commit(async (tx) => {
      const wish = await wishOf(tx, id);
      if (wish === undefined) return;
      await changeWish(tx, parts, wish, { do: "accepted", export: made.id });
      await claimStrays(tx, parts, made.id);
    });
  } catch (error) {
    if (!(error instanceof OxbowError) || isPassing(error)) throw error;
    world.log.warn({ err: error, wish: id }, "the media server refuses an export");
    await becomes(parts, id, { do: "refused", failure: failureOf(error) });
  }
}

/** No word about the wish itself: the media server is away, or has no hand free. */
const isPassing = ({ code, status }: OxbowError): boolean =>
  code === "unreachable" ||
  code === "unavailable" ||
  code === "rate_limited" ||
  code === "unauthorized" ||
  code === "forbidden" ||
  (code === "conflict" && status === 409) ||
  (code === "unexpected_answer" && status >= 500);

function failureOf({ code, message, retryable }: OxbowError): Failure {
  return { code, message, retryable, recorded: !NOTHING_THERE.has(code) };
}

async function becomes(parts: ExportParts, id: string, input: WishInput): Promise<void> {
  await parts.store.commit(async (tx) => {
    const row = await wishOf(tx, id);
    if (row !== undefined) await changeWish(tx, parts, row, input);
  });
}

async function refuse(tx: Tx, parts: ExportParts, id: string, failure: Failure): Promise<void> {
  const row = await wishOf(tx, id);
  if (row !== undefined) await changeWish(tx, parts, row, { do: "refused", failure });
}

/** Its times are those of the broadcast, so that one text serves every part. */
function textOf({ language, label, burn, text }: WishOptions["subtitles"][number]) {
  return { language, label, burn, text, timing: "broadcast" as const };
}

/** What the media server is asked for. */
function bodyOf(row: WishRow, broadcast: string | null) {
  const { mode, cut, gaps, renditions, loudness, subtitles } = optionsOf(row);
  const { from_at: from, to_at: to, stream } = row;
  const options = {
    mode,
    cut,
    gaps,
    renditions,
    title: row.title,
    metadata: { wish: row.id, video: row.video },
    ...(loudness ? { loudness: true as const } : {}),
    ...(subtitles.length === 0 ? {} : { subtitles: subtitles.map(textOf) }),
  };
  if (from !== null && to !== null) return { stream, from, to, ...options };
  if (broadcast === null) throw new Error(`The wish ${row.id} has neither a range nor a broadcast`);
  return { broadcast, ...options };
}

/** Retention leaves the media alone until the wish is fulfilled, or nobody wants it. */
async function keepMedia(parts: ExportParts, row: WishRow, asked: number): Promise<void> {
  const { store, media, world } = parts;
  if (row.pin !== null) return;
  const video = await videoOf(store.db, row.video);
  const from = row.from_at ?? video?.kept_from ?? null;
  const to = row.to_at ?? video?.kept_to ?? null;
  if (from === null || to === null) return;
  const reason = `A file of video ${row.video}: ${row.id}`;
  try {
    const idempotencyKey = `${row.id}.pin.${asked}`;
    const { id } = await media.pins.create(row.stream, { from, to, reason }, { idempotencyKey });
    await store.commit(async (tx) => {
      await tx.updateTable("export_wishes").set({ pin: id }).where("id", "=", row.id).execute();
    });
  } catch (error) {
    if (!(error instanceof OxbowError) || isPassing(error)) throw error;
    // The export itself is refused with the better reason.
    world.log.warn({ err: error, wish: row.id }, "the media of a wish is not kept");
  }
}

async function abortExport({ store, media }: ExportParts, id: string): Promise<void> {
  const row = await wishOf(store.db, id);
  const stop = row === undefined ? null : lifeOf(row).stop;
  if (row === undefined || row.export === null || stop === null) return;
  const reason = [stop.by, stop.why].filter((part) => part !== null && part !== "").join(": ");
  try {
    await media.exports.abort(row.export, { reason: reason.slice(0, 300) });
  } catch (error) {
    // It has ended by itself: its event says how.
    if (error instanceof OxbowError && !isPassing(error)) return;
    throw error;
  }
}

async function releaseMedia({ store, media }: ExportParts, id: string): Promise<void> {
  const row = await wishOf(store.db, id);
  if (row?.pin == null) return;
  try {
    await media.pins.delete(row.pin);
  } catch (error) {
    if (!(error instanceof OxbowError && error.status === 404)) throw error;
  }
  await store.commit(async (tx) => {
    await tx
      .updateTable("export_wishes")
      .set({ pin: null })
      .where("id", "=", id)
      .where("pin", "=", row.pin)
      .execute();
  });
}
