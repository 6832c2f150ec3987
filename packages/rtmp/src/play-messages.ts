import { writeAmf0 } from "@oxbow/containers";
import type { ChunkEncoder } from "./chunk-encoder.ts";
import { commandMessage, type Status } from "./command.ts";
import { userControlMessage } from "./control-messages.ts";
import { chunkStream, messageType } from "./message.ts";
import type { PlayEnd } from "./play-port.ts";

function status(encoder: ChunkEncoder, streamId: number, info: Status): Buffer {
  return commandMessage(encoder, streamId, "onStatus", 0, null, info);
}

/** What a player waits for before media (RTMP 1.0 §7.2.2.1); `reset` as it asked. */
export function playBegins(encoder: ChunkEncoder, streamId: number, reset: boolean): Buffer {
  const begins = [userControlMessage(encoder, "streamBegin", streamId)];
  if (reset) {
    const code = "NetStream.Play.Reset";
    const description = "What was asked for before is forgotten";
    begins.push(status(encoder, streamId, { level: "status", code, description }));
  }
  const code = "NetStream.Play.Start";
  begins.push(
    status(encoder, streamId, { level: "status", code, description: "The stream begins" }),
    // Whether a page may read pictures and samples: players by Adobe wait for it.
    encoder.encode(
      chunkStream.data,
      messageType.data,
      streamId,
      0,
      writeAmf0("|RtmpSampleAccess", true, true),
    ),
  );
  return Buffer.concat(begins);
}

const ENDS: Readonly<Partial<Record<PlayEnd, Status>>> = {
  ended: {
    level: "status",
    code: "NetStream.Play.UnpublishNotify",
    description: "The broadcast has ended",
  },
  slow: {
    level: "error",
    code: "NetStream.Play.InsufficientBW",
    description: "The player does not take the stream as fast as it comes",
  },
  removed: {
    level: "error",
    code: "NetStream.Play.Failed",
    description: "The server has ended the session",
  },
};

/** What a player is told when the server ends the stream. */
export function playEnds(encoder: ChunkEncoder, streamId: number, reason: PlayEnd): Buffer {
  const info = ENDS[reason];
  const told = info === undefined ? [] : [status(encoder, streamId, info)];
  return Buffer.concat([userControlMessage(encoder, "streamEof", streamId), ...told]);
}

/** The answer to `pause` (§7.2.2.8). */
export function playPauses(encoder: ChunkEncoder, streamId: number, paused: boolean): Buffer {
  const code = paused ? "NetStream.Pause.Notify" : "NetStream.Unpause.Notify";
  const description = paused ? "Paused" : "The stream goes on, live";
  const told = status(encoder, streamId, { level: "status", code, description });
  const event = paused ? "streamEof" : "streamBegin";
  return Buffer.concat([userControlMessage(encoder, event, streamId), told]);
}
