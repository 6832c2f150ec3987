import { schedulePolicy } from "../playback/index.ts";
import type { Tx } from "../store/index.ts";
import { scheduleTask } from "../tasks/index.ts";
import { tellUpdate } from "../updates/index.ts";
import { noteNoFile, videoOf } from "../videos/index.ts";
import type { ExportParts } from "./export-parts.ts";
import { publishWish, showRecording } from "./publish-wish.ts";
import { ABORT, ASK, RELEASE, RETRY } from "./task-kinds.ts";
import { toWish } from "./to-wish.ts";
import { step, type WishAct, type WishInput, type WishLife } from "./wish-life.ts";
import { columnsOf, ladderWishOf, lifeOf, type WishRow, wishOf } from "./wish-row.ts";

/** What a change of a wish needs. */
export type WishParts = Pick<ExportParts, "world" | "alerts">;

/** Lets something happen to a wish, with all that follows, in one transaction. Answers the wish as it is now. */
export async function changeWish(
  tx: Tx,
  parts: WishParts,
  row: WishRow,
  input: WishInput,
): Promise<WishRow> {
  const { world } = parts;
  const before = lifeOf(row);
  const on = { wish: ladderWishOf(row), now: world.now(), random: world.random() };
  const { life, acts } = step(before, input, on);
  if (life === before) return row;
  await saveLife(tx, parts, row, life);
  for (const act of acts) await follow(tx, parts, { ...row, ...columnsOf(life, on.now) }, act);
  const now = (await wishOf(tx, row.id)) ?? row;
  await tellWish(tx, parts, now, before.state !== life.state);
  return now;
}

async function saveLife(tx: Tx, { world }: WishParts, row: WishRow, life: WishLife): Promise<void> {
  const columns = columnsOf(life, world.now());
  await tx.updateTable("export_wishes").set(columns).where("id", "=", row.id).execute();
}

/** Tells pages what a wish is now; those at the video alone, that there is one. */
export async function tellWish(
  tx: Tx,
  { world }: Pick<ExportParts, "world">,
  row: WishRow,
  isNewState: boolean,
): Promise<void> {
  const data = await toWish(tx, row);
  await tellUpdate(tx, world, { topic: `exports:${row.channel}`, type: "export.changed", data });
  if (!isNewState) return;
  await tellUpdate(tx, world, { topic: "operator", type: "export.changed", data });
  await tellUpdate(tx, world, {
    topic: `video:${row.video}`,
    type: "video.export",
    data: { wish: row.id, state: row.state },
  });
}

async function follow(tx: Tx, parts: WishParts, row: WishRow, act: WishAct): Promise<void> {
  const { world, alerts } = parts;
  const task = { key: row.id, payload: row.id, at: world.now() };
  switch (act.do) {
    case "ask":
      return scheduleTask(tx, world, { ...task, kind: ASK, at: act.at });
    case "wait":
      return scheduleTask(tx, world, { ...task, kind: RETRY, at: act.at });
    case "abort":
      return scheduleTask(tx, world, { ...task, kind: ABORT });
    case "release":
      return scheduleTask(tx, world, { ...task, kind: RELEASE });
    case "guard":
      return schedulePolicy(tx, world, { asset: act.file.asset });
    case "publish": {
      const video = await publishWish(tx, world, row, act.file);
      if (video === null) return schedulePolicy(tx, world, { asset: act.file.asset });
      await become(tx, parts, row, { do: "published", video });
      return undefined;
    }
    case "show recording": {
      const video = await showRecording(tx, world, row);
      if (video !== null) await become(tx, parts, row, { do: "shown", video });
      return undefined;
    }
    case "note": {
      const { code, message } = act;
      const video = await videoOf(tx, row.video);
      if (video === undefined || video.deleted_at !== null) return undefined;
      return noteNoFile(tx, world, { video: row.video, code, message });
    }
    case "alert":
      return alert(tx, parts, row, act.severity);
    case "calm":
      await alerts.resolve(tx, { kind: "export_stalled", key: row.id });
      return alerts.resolve(tx, { kind: "export_failed", key: row.id });
    default:
      return act satisfies never;
  }
}

/** A change that follows from a change, and is told with it. */
async function become(tx: Tx, parts: WishParts, row: WishRow, input: WishInput): Promise<void> {
  const now = await wishOf(tx, row.id);
  if (now === undefined) return;
  const { world } = parts;
  const on = { wish: ladderWishOf(now), now: world.now(), random: 0 };
  await saveLife(tx, parts, now, step(lifeOf(now), input, on).life);
}

async function alert(
  tx: Tx,
  { alerts }: WishParts,
  row: WishRow,
  severity: "warning" | "critical",
): Promise<void> {
  const now = (await wishOf(tx, row.id)) ?? row;
  const { error, fallback, tries } = lifeOf(now);
  await alerts.raise(tx, {
    kind: "export_failed",
    key: row.id,
    severity,
    about: {
      wish: row.id,
      video: row.video,
      channel: row.channel,
      ...(row.export === null ? {} : { export: row.export }),
    },
    data: {
      title: row.title,
      code: error?.code ?? tries.at(-1)?.code ?? "internal",
      message: error?.message ?? tries.at(-1)?.message ?? "",
      fallback: fallback?.recording === "applied" ? "recording" : null,
    },
  });
}
