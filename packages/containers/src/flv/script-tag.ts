import { type AmfValue, EcmaArray, isAmfObject } from "./amf0.ts";
import { type AmfLimits, readAmf0 } from "./amf0-reader.ts";
import { writeAmf0 } from "./amf0-writer.ts";

/** A script data tag (FLV 10.1 §E.4.4): a name, as `onMetaData`, and its values. */
export type FlvScript = { readonly name: string; readonly values: readonly AmfValue[] };

/**
 * Reads the body of a script tag or of an RTMP data message. `@setDataFrame` is taken off: what it
 * wraps is the script.
 * @throws MalformedInput where the AMF 0 is broken.
 */
export function readScriptTag(body: Uint8Array, limits?: AmfLimits): FlvScript {
  const values = readAmf0(body, limits);
  if (values[0] === "@setDataFrame") values.shift();
  const name = values.shift();
  return { name: typeof name === "string" ? name : "", values };
}

/** What an encoder says of itself in `onMetaData`; undefined where the script is another. */
export function metadataOf(script: FlvScript): Readonly<Record<string, unknown>> | undefined {
  const [values] = script.values;
  return script.name === "onMetaData" && isAmfObject(values) ? values : undefined;
}

/** The body of an `onMetaData` script tag. */
export function metadataBody(values: Readonly<Record<string, AmfValue>>): Buffer {
  return writeAmf0("onMetaData", new EcmaArray({ ...values }));
}
