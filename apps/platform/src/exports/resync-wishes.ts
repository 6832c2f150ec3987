import { OxbowError } from "@oxbow/sdk";
import { changeWish } from "./change-wish.ts";
import type { ExportParts } from "./export-parts.ts";
import type { WishInput } from "./wish-life.ts";
import { wishOf } from "./wish-row.ts";

/**
 * Asks once for the state of each export under way: only where the media server has lost events that
 * nobody will tell again.
 */
export async function resyncWishes(parts: ExportParts): Promise<void> {
  const { store } = parts;
  const open = await store.db
    .selectFrom("export_wishes")
    .select(["id", "export"])
    .where("state", "in", ["queued", "running"])
    .execute();
  for (const { id, export: of } of open) {
    if (of === null) continue;
    const input = await stateOf(parts, of);
    if (input === undefined) continue;
    await store.commit(async (tx) => {
      const row = await wishOf(tx, id);
      if (row !== undefined) await changeWish(tx, parts, row, input);
    });
  }
}

async function stateOf({ media }: ExportParts, id: string): Promise<WishInput | undefined> {
  try {
    const found = await media.exports.get(id);
    const { state, error, percent, asset } = found;
    if (state === "failed" || state === "aborted") {
      const { code = "internal", message = "", retryable = false } = error ?? {};
      if (state === "aborted") {
        return { do: "aborted", export: id, by: "", why: message === "" ? null : message, percent };
      }
      return { do: "failed", export: id, failure: { code, message, retryable, recorded: true } };
    }
    if (state !== "ready" || asset === null) return undefined;
    const { bytes, duration, files } = await media.assets.get(asset);
    const cut = { from: Date.parse(found.from), to: Date.parse(found.to), gaps: [] };
    const told = files.map(({ rendition, bytes: size }) => ({ rendition, bytes: size }));
    const file = { asset, bytes, duration, files: told, cut, video: null };
    return { do: "ready", export: id, file };
  } catch (error) {
    if (!(error instanceof OxbowError && error.status === 404)) throw error;
    const message = "The media server does not know the export any more";
    const failure = { code: "export_unknown", message, retryable: true, recorded: true };
    return { do: "failed", export: id, failure };
  }
}
