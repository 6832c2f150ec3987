import type {
  Broadcast as BroadcastView,
  StreamHealth,
  Stream as StreamView,
  Told,
  TranscoderHealth,
} from "@oxbow/contract";
import { rfc3339 } from "@oxbow/media";
import {
  type Broadcast,
  type LiveSession,
  openBroadcast,
  type Stream,
  type StreamNow,
  showGap,
  showSession,
  showTrack,
  stateName,
} from "../../streams/index.ts";

/** The URLs that a stream's answers carry. */
export type StreamUrls = {
  readonly rtmp: string;
  /** Streams are played below it. */
  readonly rtmpPlay: string;
  live(name: string): {
    readonly hls: string;
    readonly dash: string;
    readonly flv: string;
    readonly embed: string;
  };
  recording(
    name: string,
    from: Broadcast["from"],
    to: Broadcast["to"],
  ): { readonly hls: string; readonly dash: string; readonly mp4?: string };
};

export type StreamContext = {
  readonly urls: StreamUrls;
  /** Whether its key is told. */
  readonly withKey: boolean;
  readonly viewers: { readonly now: number; readonly peak: number };
};

/** The Stream of http.md. */
export function showStream(
  { stream }: StreamNow,
  { urls, withKey, viewers }: StreamContext,
): Told<StreamView> {
  const { policy } = stream;
  const { hls, dash, flv, embed } = urls.live(stream.name);
  return {
    id: stream.id,
    name: stream.name,
    title: stream.title,
    state: stateName(stream.state),
    broadcast: openBroadcast(stream.state),
    publish: {
      rtmp: {
        server: urls.rtmp,
        key: withKey ? stream.key : null,
        url: withKey ? `${urls.rtmp}/${stream.key}` : null,
      },
    },
    playback: {
      policy: policy.playback.policy,
      maxViewers: policy.playback.maxViewers ?? null,
      hls,
      dash,
      flv,
      rtmp: `${urls.rtmpPlay}/${stream.name}`,
      embed,
    },
    viewers,
    record: policy.record,
    reconnectWindow: policy.reconnectWindow,
    retention: policy.retention,
    endOnUnpublish: policy.endOnUnpublish,
    latency: policy.latency,
    ladder: policy.ladder,
    recordRenditions: policy.recordRenditions,
    autoExport: policy.autoExport,
    createdAt: rfc3339(stream.createdAt),
  };
}

/** The Broadcast of http.md; the recording of one on air ends with what is known of it now. */
export function showBroadcast(
  broadcast: Broadcast,
  stream: Stream | undefined,
  urls: StreamUrls,
): BroadcastView {
  const recorded = stream?.policy.record
    ? urls.recording(stream.name, broadcast.from, broadcast.state === "ended" ? broadcast.to : null)
    : undefined;
  return {
    id: broadcast.id,
    stream: broadcast.stream,
    from: rfc3339(broadcast.from),
    to: broadcast.to === null || broadcast.state !== "ended" ? null : rfc3339(broadcast.to),
    state: broadcast.state,
    gaps: broadcast.gaps.map(showGap),
    sessions: broadcast.sessions.map(showSession),
    reason: broadcast.endReason,
    playback: {
      hls: recorded?.hls ?? null,
      dash: recorded?.dash ?? null,
      mp4: recorded?.mp4 ?? null,
    },
  };
}

/** What the encoder of a stream sends now. */
export function showHealth(
  stream: Stream,
  session: LiveSession | null,
  transcoder: Told<TranscoderHealth> | null,
): Told<StreamHealth> {
  const state = stateName(stream.state);
  if (!session) {
    const nothing = { bitrate: null, fps: null, keyframeInterval: null, drift: null };
    const none = { session: null, tracks: [], ...nothing, issues: [] };
    return { state, health: "noData", ...none, transcoder };
  }
  const { bitrate, fps, keyframeInterval, drift, issues } = session.health();
  return {
    state,
    health: worst(issues),
    session: session.id,
    tracks: session.feed.tracks.map(showTrack),
    bitrate,
    fps,
    keyframeInterval,
    drift,
    issues,
    transcoder,
  };
}

function worst(issues: readonly { readonly severity: string }[]): "good" | "ok" | "bad" {
  if (issues.some((issue) => issue.severity === "error")) return "bad";
  return issues.length > 0 ? "ok" : "good";
}
