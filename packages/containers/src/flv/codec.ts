/** Video codecs that FLV can name, legacy or enhanced. */
export type FlvVideoCodec = "avc" | "hevc" | "vvc" | "av1" | "vp8" | "vp9";
/** Audio codecs that FLV can name, legacy or enhanced, and that are framed as packets. */
export type FlvAudioCodec = "aac" | "opus" | "mp3" | "ac3" | "eac3" | "flac";

/** FourCCs of Enhanced RTMP v2 ("Enhanced Video", "Enhanced Audio"). */
export const VIDEO_FOUR_CC: Readonly<Record<FlvVideoCodec, string>> = {
  avc: "avc1",
  hevc: "hvc1",
  vvc: "vvc1",
  av1: "av01",
  vp8: "vp08",
  vp9: "vp09",
};

export const AUDIO_FOUR_CC: Readonly<Record<FlvAudioCodec, string>> = {
  aac: "mp4a",
  opus: "Opus",
  mp3: ".mp3",
  ac3: "ac-3",
  eac3: "ec-3",
  flac: "fLaC",
};

const byNumber = <Codec extends string>(fourCcs: Readonly<Record<Codec, string>>) => {
  const table = new Map<number, Codec>();
  for (const codec in fourCcs) table.set(Buffer.from(fourCcs[codec]).readUInt32BE(), codec);
  return table;
};

const videoByNumber = byNumber(VIDEO_FOUR_CC);
const audioByNumber = byNumber(AUDIO_FOUR_CC);

export function videoCodecOf(fourCc: number): FlvVideoCodec | undefined {
  return videoByNumber.get(fourCc);
}

export function audioCodecOf(fourCc: number): FlvAudioCodec | undefined {
  return audioByNumber.get(fourCc);
}

/** A FourCC as text, for messages: bytes that are no printable ASCII are told in hexadecimal. */
export function fourCcText(fourCc: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(fourCc);
  const text = bytes.toString("latin1");
  return /^[ -~]{4}$/.test(text) ? text : `0x${bytes.toString("hex")}`;
}

/** Names of legacy codec ids (FLV 10.1 §E.4.3.1) that have no packet form of ours. */
export const LEGACY_VIDEO: Readonly<Record<number, string>> = {
  2: "Sorenson H.263",
  3: "Screen Video",
  4: "VP6",
  5: "VP6 with alpha",
  6: "Screen Video 2",
  13: "AV1 with the legacy codec id 13",
  14: "VVC with the legacy codec id 14",
};

/** Names of legacy sound formats (FLV 10.1 §E.4.2.1) that have no packet form of ours. */
export const LEGACY_AUDIO: Readonly<Record<number, string>> = {
  0: "PCM",
  1: "ADPCM",
  3: "PCM",
  4: "Nellymoser 16 kHz",
  5: "Nellymoser 8 kHz",
  6: "Nellymoser",
  7: "G.711 A-law",
  8: "G.711 mu-law",
  11: "Speex",
  13: "Opus with the legacy sound format 13",
  15: "device-specific sound",
};
