import { scheduleTask } from "../tasks/index.ts";
import type { ExportParts } from "./export-parts.ts";
import { RELEASE } from "./task-kinds.ts";

/** An export of which nothing was heard for longer needs somebody to look. */
const STALLED_MS = 30 * 60_000;
const SOME = 100;

/** Gives back what is kept for videos that are gone, and tells of exports that nothing is heard of. */
export async function careForWishes({ store, world, alerts }: ExportParts): Promise<void> {
  const now = world.now();
  const left = await store.db
    .selectFrom("export_wishes")
    .innerJoin("videos", "videos.id", "export_wishes.video")
    .select("export_wishes.id")
    .where("export_wishes.pin", "is not", null)
    .where("videos.deleted_at", "is not", null)
    .limit(SOME)
    .execute();
  const stalled = await store.db
    .selectFrom("export_wishes")
    .selectAll()
    .where("state", "in", ["asking", "queued", "running"])
    .where("heard_at", "<", now - STALLED_MS)
    .limit(SOME)
    .execute();
  if (left.length === 0 && stalled.length === 0) return;
  await store.commit(async (tx) => {
    for (const { id } of left) {
      await scheduleTask(tx, world, { kind: RELEASE, key: id, payload: id, at: now });
    }
    for (const row of stalled) {
      await tx
        .updateTable("export_wishes")
        .set({ heard_at: now })
        .where("id", "=", row.id)
        .execute();
      await alerts.raise(tx, {
        kind: "export_stalled",
        key: row.id,
        severity: "warning",
        about: { wish: row.id, video: row.video, channel: row.channel },
        data: { title: row.title, minutes: Math.round((now - row.heard_at) / 60_000) },
      });
    }
  });
}
