import type { NewEvent, Track as TrackView } from "@oxbow/contract";
import { rfc3339, type Track } from "@oxbow/media";
import type { PlaybackUrls } from "./ports.ts";
import type { StreamEvent } from "./state.ts";
import type { Broadcast, Gap, SessionRecord, Stream } from "./stream.ts";

/** Makes the public event of what the state machine told. */
export type Announcer = (
  event: StreamEvent,
  stream: Stream,
  broadcast: Broadcast | null,
  tracks: readonly Track[],
) => NewEvent;

export function announcer(urls: PlaybackUrls): Announcer {
  return (event, stream, broadcast, tracks) => ({
    type: event.type,
    stream: { id: stream.id, name: stream.name },
    broadcast: event.broadcast,
    data: dataOf(event, stream, broadcast, tracks, urls),
  });
}

function dataOf(
  event: StreamEvent,
  stream: Stream,
  broadcast: Broadcast | null,
  tracks: readonly Track[],
  urls: PlaybackUrls,
): Readonly<Record<string, unknown>> {
  switch (event.type) {
    case "broadcast_started":
      return {
        from: broadcast && rfc3339(broadcast.from),
        tracks: tracks.map(showTrack),
        playback: urls.live(stream.name),
      };
    case "broadcast_resumed": {
      const gap = broadcast?.gaps.at(-1);
      return { gap: gap ? showGap(gap) : null, seconds: gap ? (gap.to - gap.from) / 1000 : 0 };
    }
    case "broadcast_interrupted":
      return { windowEnds: rfc3339(event.windowEnds) };
    case "broadcast_ended":
      return { reason: event.reason, ...(broadcast ? recordingOf(stream, broadcast, urls) : {}) };
    default:
      return event satisfies never;
  }
}

function recordingOf(
  stream: Stream,
  broadcast: Broadcast,
  urls: PlaybackUrls,
): Readonly<Record<string, unknown>> {
  const { from } = broadcast;
  const to = broadcast.to ?? from;
  return {
    from: rfc3339(from),
    to: rfc3339(to),
    duration: (to - from) / 1000,
    gaps: broadcast.gaps.map(showGap),
    sessions: broadcast.sessions.map(showSession),
    ...(stream.policy.record ? { playback: urls.recording(stream.name, from, to) } : {}),
  };
}

/** A gap as the API tells it. */
export function showGap(gap: Gap): { from: string; to: string; reason: string } {
  return { from: rfc3339(gap.from), to: rfc3339(gap.to), reason: gap.reason };
}

/** A publish session as the API tells it. */
export function showSession(
  session: SessionRecord,
): Omit<SessionRecord, "from" | "to"> & { from: string; to: string | null } {
  const to = session.to === null ? null : rfc3339(session.to);
  return { ...session, from: rfc3339(session.from), to };
}

/** A track as the API tells it. */
export function showTrack(track: Track): TrackView {
  const { config } = track;
  const common = { kind: config.kind, codec: config.codecString, language: track.language };
  if (config.kind === "audio") {
    return { ...common, sampleRate: config.sampleRate, channels: config.channels };
  }
  const { width, height, frameRate } = config;
  return { ...common, width, height, frameRate: frameRate ?? null };
}
