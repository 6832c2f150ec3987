import type { Event, EventOf, EventType } from "@oxbow/sdk";
import type { EventProjection } from "../media/index.ts";
import type { Tx } from "../store/index.ts";
import type { World } from "../world.ts";
import { raiseAlert, resolveAlert, resolveAlerts } from "./raise-alert.ts";

const DISK = { kind: "archive_pressure", key: "archive" } as const;

/** What the media server tells that needs an operator. Exports are told by the feature that asked for them. */
export function alertProjection(world: World): EventProjection {
  return { types, apply: (tx, event) => applyEvent(tx, world, event) };
}

const types = [
  "sink_disabled",
  "archive_pressure",
  "archive_gap",
  "server_started",
  "transcoder_degraded",
  "transcoder_recovered",
  "broadcast_ended",
  "stream_deleted",
] as const satisfies readonly EventType[];

type Followed = EventOf<(typeof types)[number]>;

const isFollowed = (event: Event): event is Followed => types.some((type) => type === event.type);

async function applyEvent(tx: Tx, world: World, event: Event): Promise<void> {
  if (!isFollowed(event)) return undefined;
  switch (event.type) {
    case "sink_disabled":
      return sinkDisabled(tx, world, event);
    case "archive_pressure":
      return archivePressure(tx, world, event);
    case "archive_gap":
      return archiveGap(tx, world, event);
    case "server_started":
      return serverStarted(tx, world, event);
    case "transcoder_degraded":
      return transcoderDegraded(tx, world, event);
    case "transcoder_recovered":
      return resolveAlert(tx, world, {
        kind: "transcoder_degraded",
        key: `${streamIdOf(event)}:${event.data.rendition}`,
      });
    case "broadcast_ended":
    case "stream_deleted":
      return resolveAlerts(tx, world, "transcoder_degraded", (key) =>
        key.startsWith(`${streamIdOf(event)}:`),
      );
  }
}

function sinkDisabled(tx: Tx, world: World, { data }: EventOf<"sink_disabled">): Promise<void> {
  const { sink, url = "", reason = "", lastAnswer } = data;
  return raiseAlert(tx, world, {
    kind: "sink_disabled",
    key: sink,
    severity: "critical",
    about: { sink },
    data: { url, reason, status: lastAnswer?.status ?? null },
  });
}

function archivePressure(
  tx: Tx,
  world: World,
  { data }: EventOf<"archive_pressure">,
): Promise<void> {
  const { rung, freeBytes, totalBytes = null, fullAt = null } = data;
  if (rung === "ok") return resolveAlert(tx, world, DISK);
  return raiseAlert(tx, world, {
    ...DISK,
    severity: rung === "warn" ? "warning" : "critical",
    data: { rung, freeBytes, totalBytes, fullAt },
  });
}

function archiveGap(tx: Tx, world: World, event: EventOf<"archive_gap">): Promise<void> {
  const { from, to, reason } = event.data;
  const stream = streamIdOf(event);
  return raiseAlert(tx, world, {
    kind: "archive_gap",
    key: stream,
    severity: reason === "disk_full" ? "critical" : "warning",
    about: { stream },
    data: {
      stream: event.stream?.name ?? stream,
      seconds: (Date.parse(to) - Date.parse(from)) / 1000,
      reason,
    },
  });
}

async function serverStarted(
  tx: Tx,
  world: World,
  { data }: EventOf<"server_started">,
): Promise<void> {
  const { secondsLost = 0, streams = [] } = data;
  if (secondsLost === 0) return;
  await raiseAlert(tx, world, {
    kind: "media_lost",
    key: "server",
    severity: "warning",
    data: { seconds: secondsLost, streams: streams.length },
  });
}

function transcoderDegraded(
  tx: Tx,
  world: World,
  event: EventOf<"transcoder_degraded">,
): Promise<void> {
  const { rendition, reason } = event.data;
  const stream = streamIdOf(event);
  return raiseAlert(tx, world, {
    kind: "transcoder_degraded",
    key: `${stream}:${rendition}`,
    // Another encoder took over: nobody misses anything.
    severity: reason === "encoder" ? "info" : "warning",
    about: { stream },
    data: { stream: event.stream?.name ?? stream, rendition, reason },
  });
}

const streamIdOf = ({ stream }: Event): string => stream?.id ?? "";
