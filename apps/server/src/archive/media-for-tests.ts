import {
  AUDIO_TRACK,
  type AudioConfig,
  type Frame,
  type Millis,
  millis,
  type Track,
  VIDEO_TIMESCALE,
  VIDEO_TRACK,
  type VideoConfig,
} from "@oxbow/media";
import { createPackager, type PackagerOutput, type StretchReason } from "../packager/index.ts";

const PICTURES: VideoConfig = {
  kind: "video",
  codec: "avc",
  // High profile, level 3.1, one sequence and one picture parameter set.
  record: Buffer.from(
    "0164001fffe1001b6764001facd9405005bb011000000300100000030" +
      "3c0f162d9600100056" +
      "8ebe3cb22c",
    "hex",
  ),
  codecString: "avc1.64001f",
  width: 1280,
  height: 720,
  pixelAspect: [1, 1],
};

export const VIDEO: Track = {
  id: VIDEO_TRACK,
  timescale: VIDEO_TIMESCALE,
  language: "und",
  config: PICTURES,
};

/** The same made smaller, as a transcoder gives it. */
export const SMALL: Track = smaller(360);

export function smaller(height: number): Track {
  const config = { ...PICTURES, codecString: "avc1.64001e", width: (height * 16) / 9, height };
  return { ...VIDEO, config };
}

const SOUND: AudioConfig = {
  kind: "audio",
  codec: "aac",
  record: Uint8Array.of(0x11, 0x90),
  codecString: "mp4a.40.2",
  sampleRate: 48_000,
  channels: 2,
  samplesPerFrame: 1024,
};

export const AUDIO: Track = {
  id: AUDIO_TRACK,
  timescale: 48_000,
  language: "eng",
  config: SOUND,
};

/** Presentation less decode time of four pictures in decode order: I P B B, in pictures. */
const REORDER = [1, 3, 0, 0];
const PICTURE = VIDEO_TIMESCALE / 30;

/** The same as a transcoder makes it of a sound that not every player takes. */
export const STEREO: Track = {
  ...AUDIO,
  config: { ...SOUND, codecString: "mp4a.40.5", record: Uint8Array.of(0x11, 0x91) },
};

export type MediaShape = {
  /** Milliseconds of the broadcast's timeline. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly keyEveryMs?: number;
  readonly tracks?: readonly Track[];
  readonly pictureBytes?: number;
};

/** Frames of 30 pictures a second with reordering and of AAC, interleaved, each with bytes of its own. */
export function framesOf({
  fromMs,
  toMs,
  keyEveryMs = 2000,
  tracks = [VIDEO, AUDIO],
  pictureBytes = 120,
}: MediaShape): Frame[] {
  const frames: Frame[] = [];
  const group = Math.round((keyEveryMs * 30) / 1000);
  const has = (track: number): boolean => tracks.some(({ id }) => id === track);
  if (has(VIDEO_TRACK)) {
    const first = Math.ceil((fromMs * 30) / 1000);
    for (let at = first; (at * 1000) / 30 < toMs; at += 1) {
      const inGroup = (at - first) % group;
      const cto = (inGroup === 0 ? 1 : (REORDER[inGroup % 4] ?? 0)) * PICTURE;
      const data = payload(VIDEO_TRACK, at * PICTURE, pictureBytes + (at % 17));
      frames.push({ track: VIDEO_TRACK, dts: at * PICTURE, cto, key: inGroup === 0, data });
    }
  }
  if (has(AUDIO_TRACK)) {
    for (let at = Math.ceil((fromMs * 48) / 1024); at * 1024 < toMs * 48; at += 1) {
      const data = payload(AUDIO_TRACK, at * 1024, 20 + (at % 5));
      frames.push({ track: AUDIO_TRACK, dts: at * 1024, cto: 0, key: true, data });
    }
  }
  return frames.toSorted((a, b) => secondsOf(a) - secondsOf(b));
}

export function timescaleOf(track: number): number {
  return track === VIDEO_TRACK ? VIDEO_TIMESCALE : 48_000;
}

function secondsOf({ track, dts }: Frame): number {
  return dts / timescaleOf(track);
}

/** Bytes that tell track and time, and no zeros. */
function payload(track: number, dts: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length).fill(0xa5);
  new DataView(bytes.buffer).setUint32(0, length - 4);
  Buffer.from(`${track}:${dts};`).copy(bytes, 4);
  return bytes;
}

export type Sender = {
  /** Begins a stretch and sends its media, all at once. */
  send(reason: StretchReason, media: MediaShape): void;
  /** The same in pieces: the media between is waited for by `between`. */
  sendSlowly(
    reason: StretchReason,
    media: MediaShape,
    everyFrames: number,
    between: () => Promise<void>,
  ): Promise<void>;
  /** Goes on with the stretch that was begun. */
  frame(frame: Frame): void;
  interrupt(): void;
};

let stretches = 0;

/** A packager over outputs, fed with made-up media. */
export function sender(
  names: {
    stream: string;
    broadcast: string;
    origin: Millis;
    firstSegment?: number;
    rendition?: string;
  },
  ...outputs: PackagerOutput[]
): Sender {
  const packager = createPackager({
    stream: names.stream,
    broadcast: names.broadcast,
    rendition: names.rendition ?? "source",
    partMs: 500,
    segmentMs: 2000,
    longestSegmentMs: 10_000,
    nextSegment: names.firstSegment ?? 0,
    newStretchId: () => `stt_live${String(++stretches)}`,
    outputs,
  });
  const begin = (reason: StretchReason, media: MediaShape) =>
    packager.begin({ reason, tracks: media.tracks ?? [VIDEO, AUDIO], origin: names.origin });
  return {
    send(reason, media) {
      begin(reason, media);
      for (const frame of framesOf(media)) packager.frame(frame);
      packager.interrupt();
    },
    async sendSlowly(reason, media, everyFrames, between) {
      begin(reason, media);
      let sent = 0;
      for (const frame of framesOf(media)) {
        packager.frame(frame);
        sent += 1;
        if (sent % everyFrames === 0) await between();
      }
    },
    frame: (frame) => packager.frame(frame),
    interrupt: () => packager.interrupt(),
  };
}

export const T0 = millis(1_700_000_000_000);
