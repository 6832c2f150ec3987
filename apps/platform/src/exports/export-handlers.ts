import { type ExportWish, SiteFault } from "@oxbow/site-contract";
import { audit } from "../accounts/index.ts";
import type { Caller, HandlersOf } from "../calls/index.ts";
import { channelById, mayStream } from "../channels/index.ts";
import { mediaFault } from "../media/index.ts";
import type { Tx } from "../store/index.ts";
import { scheduleTask } from "../tasks/index.ts";
import { requireEdit, videoOf } from "../videos/index.ts";
import { changeWish } from "./change-wish.ts";
import { exportChoices } from "./export-choices.ts";
import type { ExportParts } from "./export-parts.ts";
import { listWishes } from "./list-wishes.ts";
import { addWish } from "./new-wish.ts";
import { publishWish, showRecording } from "./publish-wish.ts";
import { RELEASE } from "./task-kinds.ts";
import { toWish, toWishes } from "./to-wish.ts";
import { rangeOf, streamOfVideo, wishForFile } from "./wish-for-file.ts";
import { type Db, lifeOf, optionsOf, type WishRow, wishOf } from "./wish-row.ts";

/** What the site's API does with exports. */
export function exportHandlers(parts: ExportParts): HandlersOf<"exports"> {
  const { store } = parts;
  const act = actOn(parts);
  return {
    "exports.list": async ({ query, caller }) => {
      const { rows, next } = await listWishes(store.db, caller, query);
      return { items: await toWishes(store.db, rows), next };
    },
    "exports.create": async ({ body, caller }) =>
      toWish(store.db, await wishForFile(parts, caller, body)),
    "exports.get": async ({ params, caller }) =>
      toWish(store.db, await requireWish(store.db, caller, params.wish)),
    "exports.abort": ({ params, body, caller }) =>
      act(params.wish, caller, "stopped", (tx, row) => {
        const why = body.why === "" ? null : body.why;
        return changeWish(tx, parts, row, { do: "stop", by: caller.person?.name ?? "", why });
      }),
    "exports.retry": ({ params, caller }) =>
      act(params.wish, caller, "retried", (tx, row) => {
        if (row.state !== "failed" && row.state !== "aborted") throw notNow(row);
        return changeWish(tx, parts, row, { do: "retry" });
      }),
    "exports.publish": ({ params, body, caller }) =>
      act(params.wish, caller, "published", (tx, row) => publish(tx, parts, row, body.as)),
    "exports.recording": ({ params, caller }) =>
      act(params.wish, caller, "recording_shown", (tx, row) => offerRecording(tx, parts, row)),
    "exports.untrimmed": ({ params, caller }) =>
      act(params.wish, caller, "untrimmed_wished", (tx, row) => untrimmed(tx, parts, row, caller)),
    "exports.dismiss": ({ params, caller }) =>
      act(params.wish, caller, "dismissed", (tx, row) => dismiss(tx, parts, row, caller)),
    "exports.download": async ({ params, query, caller }) =>
      download(parts, await requireWish(store.db, caller, params.wish), query.rendition, caller),
    "exports.choices": async ({ params, query, caller }) => {
      const video = await requireEdit(store.db, caller.person, params.video);
      const stream = await streamOfVideo(store.db, video);
      const now = parts.world.now();
      const { from = iso(video.kept_from ?? 0), to = iso(video.kept_to ?? now) } = query;
      const range = rangeOf(video, { from, to }, now) ?? { from: 0, to: now };
      return exportChoices(parts.media, video, stream, range);
    },
  };
}

const iso = (at: number): string => new Date(at).toISOString();

/** The wish, for one who may stream from its channel. Refuses with `not_found` for all others. */
async function requireWish(db: Db, { person }: Caller, id: string): Promise<WishRow> {
  const row = await wishOf(db, id);
  const channel = row === undefined ? undefined : await channelById(db, row.channel);
  if (row === undefined || channel === undefined || !mayStream(person, channel)) {
    throw new SiteFault("not_found", "There is no such export");
  }
  return row;
}

/** Does something to a wish in one transaction, and writes it down. */
function actOn({ store, world }: ExportParts) {
  return async (
    id: string,
    caller: Caller,
    done: string,
    work: (tx: Tx, row: WishRow) => Promise<WishRow>,
  ): Promise<ExportWish> => {
    const row = await store.commit(async (tx) => {
      const now = await work(tx, await requireWish(tx, caller, id));
      const { person, address } = caller;
      await audit(tx, world, { person, action: `export.${done}`, about: id, address });
      return now;
    });
    return toWish(store.db, row);
  };
}

const notNow = (row: WishRow): SiteFault =>
  new SiteFault("conflict", `That can't be done while the export is ${row.state}`, {
    reason: `export_${row.state}`,
  });

async function publish(
  tx: Tx,
  parts: ExportParts,
  row: WishRow,
  as: "replace" | "clip",
): Promise<WishRow> {
  const { file } = lifeOf(row);
  if (file === null || row.state !== "ready") throw notNow(row);
  const video = await publishWish(tx, parts.world, row, file, as);
  if (video === null) throw new SiteFault("gone", "The video was removed");
  return changeWish(tx, parts, row, { do: "published", video });
}

async function offerRecording(tx: Tx, parts: ExportParts, row: WishRow): Promise<WishRow> {
  if (lifeOf(row).fallback?.recording !== "offered") throw notNow(row);
  const video = await showRecording(tx, parts.world, row);
  if (video === null) throw new SiteFault("gone", "The recording is gone");
  return changeWish(tx, parts, row, { do: "shown", video });
}

/** The simplest thing that can be made of a broadcast: all of it, as it was recorded. */
async function untrimmed(
  tx: Tx,
  parts: ExportParts,
  row: WishRow,
  { person }: Caller,
): Promise<WishRow> {
  const { fallback } = lifeOf(row);
  if (fallback === null || !fallback.untrimmed) throw notNow(row);
  const before = fallback.untrimmedWish && (await wishOf(tx, fallback.untrimmedWish));
  if (before) return before;
  const video = await videoOf(tx, row.video);
  if (video === undefined || video.deleted_at !== null) {
    throw new SiteFault("gone", "The video was removed");
  }
  const plain = { mode: "copy", cut: "keyframe", gaps: "skip", publish: "no" } as const;
  const wish = await addWish(tx, parts, {
    video,
    stream: row.stream,
    title: row.title,
    range: rangeOf(video, null, parts.world.now()),
    options: {
      ...optionsOf(row),
      ...plain,
      renditions: ["source"],
      loudness: false,
      subtitles: [],
    },
    by: person,
  });
  await changeWish(tx, parts, row, { do: "untrimmed", wish: wish.id });
  return wish;
}

async function dismiss(
  tx: Tx,
  parts: ExportParts,
  row: WishRow,
  { person }: Caller,
): Promise<WishRow> {
  if (row.state !== "failed") throw notNow(row);
  const { world, alerts } = parts;
  await changeWish(tx, parts, row, { do: "leave" });
  await tx.updateTable("export_wishes").set({ needed: 0 }).where("id", "=", row.id).execute();
  await scheduleTask(tx, world, { kind: RELEASE, key: row.id, payload: row.id, at: world.now() });
  await alerts.resolve(tx, { kind: "export_failed", key: row.id }, person?.name);
  return (await wishOf(tx, row.id)) ?? row;
}

/** The address of the file, as something to keep. */
async function download(
  { playback }: ExportParts,
  row: WishRow,
  rendition: string | undefined,
  { person }: Caller,
): Promise<{ url: string; expiresAt: string | null }> {
  const { file } = lifeOf(row);
  const [first] = file?.files ?? [];
  const wished = rendition ?? first?.rendition;
  if (file === null || !file.files.some((one) => one.rendition === wished)) throw notNow(row);
  const viewer = person?.id ?? null;
  try {
    const asset = { id: file.asset };
    // With a token, whatever the asset's policy is: one that nobody published is about to be signed.
    const found = await playback.of({ stream: null, what: "file", asset, signed: true, viewer });
    if (found?.mp4 === undefined) throw notNow(row);
    const url = new URL(found.mp4);
    url.pathname = url.pathname.replace(/[^/]+\.mp4$/, `${wished}.mp4`);
    url.searchParams.set("download", row.title);
    const { expiresAt } = found;
    return { url: url.href, expiresAt: expiresAt === undefined ? null : iso(expiresAt) };
  } catch (error) {
    throw mediaFault(error);
  }
}
