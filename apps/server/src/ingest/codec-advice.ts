const videoNames: Readonly<Record<string, string>> = {
  hevc: "H.265 (HEVC)",
  vvc: "H.266 (VVC)",
  av1: "AV1",
  vp8: "VP8",
  vp9: "VP9",
};

const audioNames: Readonly<Record<string, string>> = {
  opus: "Opus",
  mp3: "MP3",
  ac3: "AC-3",
  eac3: "E-AC-3",
  flac: "FLAC",
};

/** What the encoder's user reads when a codec is refused: which it is, and what to choose. */
export function codecAdvice(kind: "audio" | "video", codec: string): string {
  return kind === "video"
    ? `${videoNames[codec] ?? codec} video is not carried: choose H.264 (AVC) in the encoder`
    : `${audioNames[codec] ?? codec} audio is not carried: choose AAC in the encoder`;
}
