import type { EventType } from "@oxbow/sdk";
import type { EventProjection } from "../media/index.ts";
import { tellUpdate } from "../updates/index.ts";
import type { World } from "../world.ts";

/** What the page of the log shows as it comes. Progress and viewers would be many, and are shown when asked for. */
const types: readonly EventType[] = [
  "stream_created",
  "stream_updated",
  "stream_deleted",
  "publish_started",
  "publish_rejected",
  "publish_stopped",
  "broadcast_started",
  "broadcast_interrupted",
  "broadcast_resumed",
  "broadcast_ended",
  "transcoder_degraded",
  "transcoder_recovered",
  "archive_gap",
  "archive_evicted",
  "archive_pressure",
  "dvr_mp4_export_start",
  "dvr_mp4_export_ready",
  "dvr_mp4_export_failed",
  "dvr_mp4_export_aborted",
  "asset_ready",
  "asset_deleted",
  "sink_disabled",
  "server_started",
  "server_stopping",
];

/** Tells operators' pages that there is something new in the media server's log. */
export function operatorProjection(world: World): EventProjection {
  return {
    types,
    apply: (tx, { id, type, sequence }) =>
      tellUpdate(tx, world, {
        topic: "operator",
        type: "operator.event",
        data: { id, type, sequence },
      }),
  };
}
