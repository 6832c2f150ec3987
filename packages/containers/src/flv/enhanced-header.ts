import { MalformedInput } from "@oxbow/media";
import { fourCcText } from "./codec.ts";
import { type FlvMedia, NOTHING } from "./tag-body.ts";

const MULTITRACK_SPEC = "Enhanced RTMP v2, Enhanced Video and Enhanced Audio, multitrack";
const MODEX_SPEC = "Enhanced RTMP v2, ModEx";
const MOD_EX = 7;
const TIMESTAMP_OFFSET_NANO = 0;
const ONE_TRACK = 0;
const MANY_TRACKS_MANY_CODECS = 2;
/** A track id is one byte. */
const MAX_TRACKS = 256;

/** What differs between ExVideoTagHeader and ExAudioTagHeader. */
export type EnhancedKind<Codec extends string> = {
  readonly spec: string;
  /** The packet type that says that more than one track may follow. */
  readonly multitrack: number;
  readonly codecOf: (fourCc: number) => Codec | undefined;
  /** The body of one track. `from` is where it begins, `to` where it ends. */
  readonly packet: (packet: EnhancedPacket<Codec>) => FlvMedia<Codec>;
};

/** One track's packet behind its header. */
export type EnhancedPacket<Codec extends string> = {
  readonly body: Uint8Array;
  readonly from: number;
  readonly to: number;
  readonly type: number;
  readonly codec: Codec;
  readonly track: number;
  readonly key: boolean;
  readonly nanoOffset: number;
};

/** The packet type and modifiers at the beginning of an enhanced body; `next` stands behind them. */
export type EnhancedStart = {
  readonly type: number;
  readonly nanoOffset: number;
  readonly next: number;
};

/** Reads past all ModEx packets. Unknown modifiers are skipped, as the specification wants. */
export function readModifiers(body: Uint8Array, firstType: number): EnhancedStart {
  let type = firstType;
  let nanoOffset = 0;
  let at = 1;
  while (type === MOD_EX) {
    let size = byte(body, at, MODEX_SPEC) + 1;
    at += 1;
    if (size === 256) {
      size = byte(body, at, MODEX_SPEC) * 256 + byte(body, at + 1, MODEX_SPEC) + 1;
      at += 2;
    }
    const tail = byte(body, at + size, MODEX_SPEC);
    if (tail >> 4 === TIMESTAMP_OFFSET_NANO) {
      if (size < 3) {
        throw new MalformedInput(`A nanosecond offset of ${size} bytes`, {
          spec: MODEX_SPEC,
          offset: at,
        });
      }
      nanoOffset = uint24(body, at, MODEX_SPEC);
    }
    type = tail & 0x0f;
    at += size + 1;
  }
  return { type, nanoOffset, next: at };
}

/** Reads the FourCC and every track behind the packet type. */
export function readEnhanced<Codec extends string>(
  body: Uint8Array,
  start: EnhancedStart,
  key: boolean,
  kind: EnhancedKind<Codec>,
): FlvMedia<Codec> {
  const { nanoOffset, next: at } = start;
  if (start.type !== kind.multitrack) {
    const fourCc = uint32(body, at, kind.spec);
    return onePacket(kind, fourCc, {
      body,
      from: at + 4,
      to: body.length,
      type: start.type,
      track: 0,
      key,
      nanoOffset,
    });
  }
  return readTracks(body, start, key, kind);
}

function readTracks<Codec extends string>(
  body: Uint8Array,
  start: EnhancedStart,
  key: boolean,
  kind: EnhancedKind<Codec>,
): FlvMedia<Codec> {
  let at = start.next;
  const head = byte(body, at, MULTITRACK_SPEC);
  const layout = head >> 4;
  const type = head & 0x0f;
  at += 1;
  if (layout > MANY_TRACKS_MANY_CODECS) return NOTHING;
  if (type === kind.multitrack || type === MOD_EX) {
    throw new MalformedInput(`Packet type ${type} inside of a multitrack packet`, {
      spec: MULTITRACK_SPEC,
      offset: at - 1,
    });
  }
  let fourCc = 0;
  if (layout !== MANY_TRACKS_MANY_CODECS) {
    fourCc = uint32(body, at, MULTITRACK_SPEC);
    at += 4;
  }
  const tracks: FlvMedia<Codec>[] = [];
  do {
    if (tracks.length === MAX_TRACKS) {
      throw new MalformedInput(`More than ${MAX_TRACKS} tracks`, {
        spec: MULTITRACK_SPEC,
        offset: at,
      });
    }
    if (layout === MANY_TRACKS_MANY_CODECS) {
      fourCc = uint32(body, at, MULTITRACK_SPEC);
      at += 4;
    }
    const track = byte(body, at, MULTITRACK_SPEC);
    at += 1;
    let to = body.length;
    if (layout !== ONE_TRACK) {
      to = at + 3 + uint24(body, at, MULTITRACK_SPEC);
      at += 3;
    }
    if (to > body.length) {
      throw new MalformedInput(`Track ${track} is cut off`, { spec: MULTITRACK_SPEC, offset: at });
    }
    const { nanoOffset } = start;
    tracks.push(onePacket(kind, fourCc, { body, from: at, to, type, track, key, nanoOffset }));
    at = to;
  } while (at < body.length);
  const [only] = tracks;
  return tracks.length === 1 && only !== undefined ? only : { is: "multitrack", tracks };
}

function onePacket<Codec extends string>(
  kind: EnhancedKind<Codec>,
  fourCc: number,
  packet: Omit<EnhancedPacket<Codec>, "codec">,
): FlvMedia<Codec> {
  const codec = kind.codecOf(fourCc);
  if (codec !== undefined) return kind.packet({ ...packet, codec });
  return { is: "foreign", codec: `FourCC ${fourCcText(fourCc)}`, track: packet.track };
}

/** One byte, or MalformedInput where the body ends before it. */
export function byte(body: Uint8Array, at: number, spec: string): number {
  const value = body[at];
  if (value === undefined)
    throw new MalformedInput("The tag body is cut off", { spec, offset: at });
  return value;
}

export function uint24(body: Uint8Array, at: number, spec: string): number {
  return (byte(body, at, spec) << 16) | (byte(body, at + 1, spec) << 8) | byte(body, at + 2, spec);
}

function uint32(body: Uint8Array, at: number, spec: string): number {
  return byte(body, at, spec) * 0x1000000 + uint24(body, at + 1, spec);
}
