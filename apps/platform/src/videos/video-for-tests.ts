import type { Tx } from "../store/index.ts";
import type { VideoRow } from "./video-row.ts";

/** Who streams from channels that are told no other owner. */
export const owner = {
  person: {
    id: "per_owner",
    role: "streamer",
    name: "Ana",
    email: "ana@site.test",
    language: "en",
  },
  address: "192.0.2.1",
} as const;

/** A channel of somebody, with a stream on the media server. */
export async function addChannel(
  tx: Tx,
  channel: {
    readonly id: string;
    readonly handle: string;
    readonly name: string;
    readonly owner?: string;
  },
): Promise<void> {
  const { id, handle, name, owner: of = owner.person.id } = channel;
  await tx
    .insertInto("channels")
    .values({
      id,
      handle,
      name,
      about: "",
      owner: of,
      stream: `str_${handle}`,
      stream_name: handle,
      defaults: JSON.stringify({
        title: "A show",
        visibility: "public",
        latency: "normal",
        record: true,
        autoExport: false,
        chat: true,
        quality: "source",
      }),
      created_at: 0,
      session: null,
      issues: "[]",
      last_used: null,
      owner_address: null,
      owner_seen_at: null,
    })
    .execute();
}

/** A public film of a channel, unless told otherwise. */
export async function addVideo(
  tx: Tx,
  video: Partial<VideoRow> & { readonly id: string; readonly channel: string },
): Promise<void> {
  await tx
    .insertInto("videos")
    .values({
      kind: "broadcast",
      broadcast: null,
      title: "A show",
      description: "",
      visibility: "public",
      chat: 1,
      record: 1,
      latency: "normal",
      scheduled_at: null,
      state: "ended",
      source: "file",
      from_at: null,
      to_at: null,
      kept_from: null,
      kept_to: null,
      asset: "ast_1",
      asset_bytes: 1000,
      asset_duration: 60_000,
      asset_cut: null,
      fallback: null,
      created_at: 1,
      published_at: 1,
      deleted_at: null,
      ...video,
    })
    .execute();
}
