import type { Client } from "@oxbow/sdk";
import { type Recording, SiteFault } from "@oxbow/site-contract";
import type { HandlersOf } from "../calls/index.ts";
import { channelById } from "../channels/index.ts";
import { mediaFault } from "../media/index.ts";
import type { Playback, StreamRef } from "../playback/index.ts";
import type { Store } from "../store/index.ts";
import { requireEdit, type VideoRow } from "../videos/index.ts";
import { toRecording } from "./to-recording.ts";

export type RecordingParts = {
  readonly store: Store;
  readonly media: Pick<Client, "archive" | "streams">;
  readonly playback: Pick<Playback, "of">;
};

/** What the archive has of one's videos. */
export function recordingHandlers(parts: RecordingParts): HandlersOf<"recordings"> {
  return {
    "recordings.get": async ({ params, caller }) => {
      const row = await requireEdit(parts.store.db, caller.person, params.video);
      const channel = await channelById(parts.store.db, row.channel);
      const range = stretchOf(row);
      if (!channel?.stream || range === undefined) throw nothingLeft();
      const stream = { id: channel.stream, name: channel.stream_name };
      const found = await recordingOf(parts, { row, stream, range, viewer: caller.person?.id });
      if (found === undefined) throw nothingLeft();
      return found;
    },
  };
}

type Range = { readonly from: number; readonly to: number | null };

/** What of the archive a video is about. What runs has no end, and nothing that was noted as kept. */
function stretchOf(row: VideoRow): Range | undefined {
  if (row.kind !== "broadcast" || row.from_at === null) return undefined;
  if (row.state !== "ended") return { from: row.from_at, to: null };
  if (row.kept_from === null || row.kept_to === null) return undefined;
  return { from: row.kept_from, to: row.kept_to };
}

function nothingLeft(): SiteFault {
  return new SiteFault("gone", "The archive has nothing of this video", {
    reason: "recording_gone",
  });
}

async function recordingOf(
  { store, media, playback }: RecordingParts,
  asked: {
    readonly row: VideoRow;
    readonly stream: StreamRef;
    readonly range: Range;
    readonly viewer: string | undefined;
  },
): Promise<Recording | undefined> {
  const { row, stream, range, viewer = null } = asked;
  const { id, title, broadcast, state } = row;
  const markers = store.db
    .selectFrom("video_markers")
    .select(["id", "label", "at"])
    .where("video", "=", id)
    .execute();
  try {
    const { from, to } = range;
    const [archive, { retention = null }, played] = await Promise.all([
      media.archive.get(stream.id, { from, ...(to === null ? {} : { to }) }),
      media.streams.get(stream.id),
      playback.of({
        what: "recording",
        ...{ stream, range, broadcast, viewer },
        signed: row.visibility === "private",
      }),
    ]);
    if (played === undefined) return undefined;
    return toRecording({
      video: { id, title, broadcast, running: state !== "ended" },
      archive,
      retention,
      markers: await markers,
      playback: played,
      at: played.hls.replace(/\/index\.m3u8.*$/, ""),
    });
  } catch (error) {
    throw mediaFault(error);
  }
}
