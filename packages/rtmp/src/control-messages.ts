import { MalformedInput } from "@oxbow/media";
import type { ChunkEncoder } from "./chunk-encoder.ts";
import { chunkStream, messageType, userControl } from "./message.ts";

/** The window that both sides are asked to acknowledge, in bytes. */
export const WINDOW = 2_500_000;

function uint32(type: number, value: number, encoder: ChunkEncoder, ...more: number[]): Buffer {
  const body = Buffer.alloc(4 + more.length);
  body.writeUInt32BE(value >>> 0);
  body.set(more, 4);
  return encoder.encode(chunkStream.control, type, 0, 0, body);
}

/** Acknowledgement (§5.4.3): the count of bytes received rolls over at 2^32. */
export function acknowledgement(encoder: ChunkEncoder, received: number): Buffer {
  return uint32(messageType.acknowledgement, received % 0x100000000, encoder);
}

/** Window Acknowledgement Size (§5.4.4). */
export function windowAckSize(encoder: ChunkEncoder, size: number): Buffer {
  return uint32(messageType.windowAckSize, size, encoder);
}

/** Set Peer Bandwidth (§5.4.5), limit type dynamic. */
export function setPeerBandwidth(encoder: ChunkEncoder, size: number): Buffer {
  return uint32(messageType.setPeerBandwidth, size, encoder, 2);
}

/** A user control message (§7.1.7) with its event and a 32-bit value. */
export function userControlMessage(
  encoder: ChunkEncoder,
  event: keyof typeof userControl,
  value: number,
): Buffer {
  const body = Buffer.alloc(6);
  body.writeUInt16BE(userControl[event]);
  body.writeUInt32BE(value >>> 0, 2);
  return encoder.encode(chunkStream.control, messageType.userControl, 0, 0, body);
}

/** The 32-bit value that a control message consists of or begins with. */
export function controlValue(body: Buffer, spec: string, at = 0): number {
  if (body.length < at + 4) throw new MalformedInput("A control message is cut off", { spec });
  return body.readUInt32BE(at);
}

/** The value of a ping request, or undefined where the message is another (§7.1.7). */
export function pingOf(body: Buffer): number | undefined {
  if (body.length < 6 || body.readUInt16BE() !== userControl.pingRequest) return undefined;
  return body.readUInt32BE(2);
}
