import type { AmfObject } from "@oxbow/containers";
import type { ChunkEncoder } from "./chunk-encoder.ts";
import { commandMessage } from "./command.ts";
import { setPeerBandwidth, userControlMessage, WINDOW, windowAckSize } from "./control-messages.ts";
import { OUR_CHUNK_SIZE } from "./media-message.ts";

/** All that is sent when a connection is accepted (RTMP 1.0 §7.2.1.1), `enhanced` beside it. */
export function connectAnswer(
  encoder: ChunkEncoder,
  transaction: number,
  enhanced: AmfObject,
): Buffer {
  return Buffer.concat([
    windowAckSize(encoder, WINDOW),
    setPeerBandwidth(encoder, WINDOW),
    encoder.setChunkSize(OUR_CHUNK_SIZE),
    userControlMessage(encoder, "streamBegin", 0),
    commandMessage(
      encoder,
      0,
      "_result",
      transaction,
      { fmsVer: "FMS/3,5,7,7009", capabilities: 31, mode: 1, ...enhanced },
      {
        level: "status",
        code: "NetConnection.Connect.Success",
        description: "Connection succeeded",
        // AMF 0 whatever the client asked for: the values of AMF 3 are not carried.
        objectEncoding: 0,
        ...enhanced,
      },
    ),
  ]);
}
