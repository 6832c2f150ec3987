import type { Event } from "@oxbow/sdk";

/**
 * What an event tells the state of, so that an older event of it can be left out: finer than its
 * stream, for a late word about one export says nothing about the next. Undefined where each event
 * counts by itself (a refused encoder, media that was removed). Pure.
 */
export function thingOf(event: Event): string | undefined {
  const stream = event.stream?.id ?? "";
  switch (event.type) {
    case "dvr_mp4_export_start":
    case "dvr_mp4_export_progress":
    case "dvr_mp4_export_ready":
    case "dvr_mp4_export_failed":
    case "dvr_mp4_export_aborted":
      return `export:${event.data.export}`;
    case "asset_ready":
    case "asset_updated":
    case "asset_deleted":
      return `asset:${event.data.asset}`;
    case "broadcast_started":
    case "playback_ready":
    case "broadcast_interrupted":
    case "broadcast_resumed":
    case "broadcast_ended":
      return `broadcast:${event.broadcast ?? ""}`;
    case "publish_started":
    case "publish_stopped":
      return `session:${event.data.session}`;
    case "stream_created":
    case "stream_updated":
    case "stream_deleted":
      return `stream:${stream}`;
    case "stream_health":
      return `health:${stream}:${event.data.code}`;
    case "transcoder_degraded":
    case "transcoder_recovered":
      return `rendition:${stream}:${event.data.rendition}`;
    case "archive_pressure":
      return "archive";
    case "play_started":
    case "play_stopped":
      return `play:${event.data.session}`;
    case "publish_rejected":
    case "archive_gap":
    case "archive_evicted":
    case "sink_disabled":
    case "server_started":
    case "server_stopping":
      return undefined;
    default:
      // A type that is newer than this program.
      return undefined;
  }
}
