/** What the server has told of a stream, by its viewer signal. */
export type Signal = {
  readonly broadcast: "unknown" | "open" | "ended";
  /** Whether something new can be played, so that asking at once is worth it. */
  readonly playable: boolean;
  /** The broadcast that is told of. */
  readonly id?: string;
  /** HLS of the recording, and the title that was made of it. */
  readonly recording?: string;
  readonly asset?: string;
};

/** Before anything was told, or since the signal was lost. */
export const SILENT: Signal = { broadcast: "unknown", playable: false };

/** The events that the signal has; others are not listened to. */
export const SIGNAL_EVENTS = [
  "state",
  "broadcast_started",
  "playback_ready",
  "broadcast_interrupted",
  "broadcast_resumed",
  "broadcast_ended",
  "asset_ready",
] as const;
type SignalEvent = (typeof SIGNAL_EVENTS)[number];

/**
 * What is known after an event. Pure.
 *
 * @param data the event's JSON, as it came: what is not as it should be is left out
 */
export function signalAfter(signal: Signal, event: SignalEvent, data: string): Signal {
  const told = read(data);
  const known = { ...signal, ...told.found, playable: false };
  switch (event) {
    case "state": {
      if (told.state === "offline") return { ...known, broadcast: "ended" };
      return { ...known, broadcast: "open", playable: told.state === "live" };
    }
    case "broadcast_started":
      // The last broadcast's recording is not this one's.
      return { ...told.found, broadcast: "open", playable: false };
    case "playback_ready":
    case "broadcast_resumed":
      return { ...known, broadcast: "open", playable: true };
    case "broadcast_interrupted":
      return { ...known, broadcast: "open" };
    case "broadcast_ended":
      return { ...known, broadcast: "ended" };
    case "asset_ready":
      return known;
    default:
      return event satisfies never;
  }
}

function read(text: string): { state?: unknown; found: Pick<Signal, "recording" | "asset"> } {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    // The name of the event alone says enough.
    return { found: {} };
  }
  if (typeof data !== "object" || data === null) return { found: {} };
  const state = "state" in data ? data.state : undefined;
  return {
    state,
    found: {
      ...("broadcast" in data && typeof data.broadcast === "string" ? { id: data.broadcast } : {}),
      ...("recording" in data && typeof data.recording === "string"
        ? { recording: data.recording }
        : {}),
      ...("asset" in data && typeof data.asset === "string" ? { asset: data.asset } : {}),
    },
  };
}

/**
 * Where what a broadcast left is played, seen from its stream's playlist and with its token: the title
 * that was made of it, or else its recording. Undefined where neither is known.
 */
export function recordingUrl(hls: string, { asset, recording }: Signal): string | undefined {
  const root = hls.replace(/\/live\/.*$/, "");
  if (asset !== undefined) return `${root}/vod/${encodeURIComponent(asset)}/index.m3u8`;
  return recording?.startsWith("/") === true ? root + recording : recording;
}
