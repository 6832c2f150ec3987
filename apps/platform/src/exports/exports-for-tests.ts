import type { Event } from "@oxbow/sdk";
import type { Store, Tx } from "../store/index.ts";
import { storeTest, type TestWorld } from "../store/store-for-tests.ts";
import type { WishParts } from "./change-wish.ts";
import { exportProjection } from "./export-projection.ts";
import type { WishOptions } from "./wish-row.ts";

/** What a plain wish for all of a video says. */
export const plainOptions: WishOptions = {
  mode: "copy",
  cut: "keyframe",
  gaps: "skip",
  renditions: ["source"],
  loudness: false,
  subtitles: [],
  publish: "replace",
};

export type ExportsOn = {
  readonly store: Store;
  readonly world: TestWorld;
  readonly parts: WishParts;
  /** Alerts that were raised (`+`) and resolved (`-`). */
  readonly alerts: string[];
  /** An event of the media server comes in. */
  tell(event: Pick<Event, "type" | "data">): Promise<void>;
};

/** A test on a database with a channel and an ended broadcast that was recorded, `vid_1`. */
export function exportsTest(name: string, body: (on: ExportsOn) => Promise<void>): void {
  storeTest(name, async ({ store, world }) => {
    const alerts: string[] = [];
    const parts: WishParts = {
      world,
      alerts: {
        raise: async (_, { kind, severity }) => void alerts.push(`+${kind} ${severity}`),
        resolve: async (_, { kind }) => void alerts.push(`-${kind}`),
      },
    };
    const { apply } = exportProjection(parts);
    let sequence = 0;
    await store.commit((tx) => addBroadcast(tx));
    await body({
      store,
      world,
      parts,
      alerts,
      tell: (told) => {
        const event: unknown = {
          id: `evt_${++sequence}`,
          sequence,
          streamSequence: sequence,
          time: new Date(world.now()).toISOString(),
          stream: { id: "str_ana", name: "ana" },
          broadcast: "brd_1",
          ...told,
        };
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- type and data are given as one
        return store.commit((tx) => apply(tx, event as Event));
      },
    });
  });
}

async function addBroadcast(tx: Tx): Promise<void> {
  const defaults = {
    title: "A show",
    visibility: "public",
    latency: "normal",
    record: true,
    autoExport: true,
    chat: true,
    quality: "source",
  };
  await tx
    .insertInto("channels")
    .values({
      id: "chn_1",
      handle: "ana",
      name: "Ana",
      about: "",
      owner: "per_ana",
      stream: "str_ana",
      stream_name: "ana",
      defaults: JSON.stringify(defaults),
      created_at: 0,
      session: null,
      issues: "[]",
      last_used: null,
      owner_address: null,
      owner_seen_at: null,
    })
    .execute();
  await tx
    .insertInto("videos")
    .values({
      id: "vid_1",
      kind: "broadcast",
      channel: "chn_1",
      broadcast: "brd_1",
      title: "The dragon's tale",
      description: "",
      visibility: "public",
      chat: 1,
      record: 1,
      latency: "normal",
      scheduled_at: null,
      state: "ended",
      source: "recording",
      from_at: 1000,
      to_at: 61_000,
      kept_from: 1000,
      kept_to: 61_000,
      asset: null,
      asset_bytes: null,
      asset_duration: null,
      asset_cut: null,
      fallback: null,
      created_at: 1,
      published_at: 1,
      deleted_at: null,
    })
    .execute();
}
