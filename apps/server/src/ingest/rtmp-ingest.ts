import {
  listenRtmp,
  type PublishAnswer,
  type PublishRequest,
  type RtmpLimits,
  type RtmpServer,
  type RtmpServerOptions,
} from "@oxbow/rtmp";
import { Counter, Gauge } from "prom-client";
import type { PublishAttempt, Publishing, PublishRefusal } from "../streams/index.ts";
import type { World } from "../world.ts";
import { type DropReason, RtmpSession } from "./rtmp-session.ts";

export type RtmpIngestOptions = {
  readonly publishing: Publishing;
  readonly host: string;
  /** 0 for any free port. */
  readonly port: number;
  readonly limits?: Partial<RtmpLimits>;
  /** Answers players, who come to the same port. Nobody may play where it is not given. */
  readonly play?: NonNullable<RtmpServerOptions["play"]>;
  readonly world: World;
  /** Aborted to drain and stop, as by disposing. */
  readonly signal?: AbortSignal;
};

export interface RtmpIngest extends AsyncDisposable {
  readonly port: number;
}

/** Takes RTMP encoders and brings them to `publishing`. Rejects where the port can't be opened. */
export async function startRtmpIngest(options: RtmpIngestOptions): Promise<RtmpIngest> {
  const { publishing, host, port, limits, play, world, signal } = options;
  const dropped = droppedFrames(world);
  const server = await listenRtmp({
    host,
    port,
    log: world.log,
    admit: (request) => admit(publishing, request, dropped),
    ...(limits && { limits }),
    ...(play && { play }),
    ...(signal && { signal }),
  });
  countConnections(world, server);
  return server;
}

async function admit(
  publishing: Publishing,
  request: PublishRequest,
  dropped: (reason: DropReason) => void,
): Promise<PublishAnswer> {
  const admission = await publishing.admit(attemptOf(request));
  if (admission.ok) return { ok: true, receiver: new RtmpSession(admission.session, dropped) };
  return { ok: false, code: statusOf(admission.code), description: admission.message };
}

/** `name?key=KEY` names the stream and gives the key beside it; otherwise the path ends in the key. */
function attemptOf(request: PublishRequest): PublishAttempt {
  const { streamKey, query, address, encoder } = request;
  const key = query.get("key");
  return {
    protocol: "rtmp",
    address,
    key: key ?? streamKey,
    name: key === null || streamKey === "" ? null : streamKey,
    encoder,
  };
}

/** Encoders show the description; the codes are those that they know. */
function statusOf(code: PublishRefusal): string {
  const badName = code === "key_unknown" || code === "already_live";
  return badName ? "NetStream.Publish.BadName" : "NetStream.Publish.Rejected";
}

function droppedFrames({ metrics }: World): (reason: DropReason) => void {
  const counter = new Counter({
    name: "oxbow_rtmp_dropped_frames_total",
    help: "Frames that came without a configuration, or on a track that is not carried",
    labelNames: ["reason"],
    registers: [metrics],
  });
  return (reason) => counter.inc({ reason });
}

function countConnections({ metrics }: World, server: RtmpServer): void {
  const gauge: Gauge = new Gauge({
    name: "oxbow_rtmp_connections",
    help: "Open RTMP connections",
    registers: [metrics],
    collect: () => gauge.set(server.connections),
  });
}
