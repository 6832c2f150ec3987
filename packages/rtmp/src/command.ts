import { type AmfObject, type AmfValue, isAmfObject, readAmf0, writeAmf0 } from "@oxbow/containers";
import { MalformedInput } from "@oxbow/media";
import type { ChunkEncoder } from "./chunk-encoder.ts";
import { chunkStream, messageType } from "./message.ts";

/** A command message (RTMP 1.0 §7.1.1). */
export type Command = {
  readonly name: string;
  readonly transaction: number;
  readonly object: AmfObject;
  readonly args: readonly AmfValue[];
};

/** Information about what happened, the last argument of `onStatus` and `_error` (§7.2.2). */
export type Status = {
  readonly level: "status" | "error" | "warning";
  readonly code: string;
  readonly description: string;
};

/**
 * Reads the body of a command message. One of type 17 has a leading byte before its values, which
 * are AMF 0 all the same.
 */
export function readCommand(type: number, body: Buffer): Command {
  const [name, transaction, object, ...args] = readAmf0(withoutFormat(type, body));
  if (typeof name !== "string") {
    throw new MalformedInput("A command has no name", { spec: "RTMP 1.0 §7.1.1" });
  }
  return {
    name,
    transaction: typeof transaction === "number" ? transaction : 0,
    object: isAmfObject(object) ? object : {},
    args,
  };
}

/** Takes off the format byte of the AMF 3 message types 15 and 17. */
export function withoutFormat(type: number, body: Buffer): Buffer {
  const amf3 = type === messageType.commandAmf3 || type === messageType.dataAmf3;
  return amf3 && body[0] === 0 ? body.subarray(1) : body;
}

/** Encodes a command or its answer. Answers go out on stream 0, `onStatus` on the stream it is about. */
export function commandMessage(
  encoder: ChunkEncoder,
  streamId: number,
  name: string,
  transaction: number,
  ...values: readonly AmfValue[]
): Buffer {
  const chunks = streamId === 0 ? chunkStream.command : chunkStream.status;
  const body = writeAmf0(name, transaction, ...values);
  return encoder.encode(chunks, messageType.command, streamId, 0, body);
}

/** An argument as text; what is no string is an empty one. */
export function textOf(value: AmfValue): string {
  return typeof value === "string" ? value : "";
}
