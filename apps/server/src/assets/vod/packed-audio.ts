import type { TitleTrack } from "./title.ts";
import { TIMELINE_BEGINS_SECONDS, timeAt } from "./title.ts";

const OWNER = Buffer.from("com.apple.streaming.transportStreamTimestamp\0", "latin1");
/** Ticks of MPEG-2 transport streams, counted with 33 bits. */
const CLOCK = 90_000;

/** MP3 is served as bare frames: browsers take it in `audio/mpeg`, and not in fragments of MP4. */
export function isPacked({ track }: TitleTrack): boolean {
  return track.config.codec === "mp3";
}

/**
 * What stands before the frames of a segment of packed audio: an ID3 tag that tells the time of the first
 * (rfc8216bis §3.1.3).
 */
export function packedHead(track: TitleTrack, segment: number): Uint8Array {
  const seconds =
    timeAt(track.samples, track.starts[segment] ?? 0) / track.track.timescale ||
    TIMELINE_BEGINS_SECONDS;
  const time = Buffer.alloc(8);
  time.writeBigUInt64BE(BigInt(Math.round(seconds * CLOCK)) & 0x1_ffff_ffffn);
  const content = Buffer.concat([OWNER, time]);
  const frame = Buffer.concat([
    Buffer.from("PRIV"),
    sized(content.length),
    Buffer.alloc(2),
    content,
  ]);
  const head = Buffer.from([0x49, 0x44, 0x33, 4, 0, 0]);
  return Buffer.concat([head, sized(frame.length), frame]);
}

/** A size in four times seven bits, ID3 2.4 §6.2. */
function sized(length: number): Buffer {
  return Buffer.from([21, 14, 7, 0].map((shift) => (length >> shift) & 0x7f));
}
