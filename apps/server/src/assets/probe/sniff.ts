/** What a file shows by its first bytes to be, if it is not the MP4 or MOV that is wanted. */
export function foreignContainer(head: Uint8Array): string | undefined {
  const text = (from: number, to: number): string =>
    String.fromCharCode(...head.subarray(from, to));
  if (head[0] === 0x47 && (head[188] === 0x47 || head.length <= 188))
    return "an MPEG transport stream";
  if (head[4] === 0x47 && head[196] === 0x47)
    return "an MPEG transport stream of a Blu-ray or camera";
  if (text(0, 4) === "\x1a\x45\xdf\xa3") return "a Matroska or WebM file";
  if (text(0, 3) === "FLV") return "a Flash video";
  if (text(0, 4) === "RIFF") return text(8, 12) === "AVI " ? "an AVI file" : "a WAVE file";
  if (text(0, 4) === "OggS") return "an Ogg file";
  if (text(0, 4) === "fLaC") return "a FLAC file";
  if (text(0, 3) === "ID3" || (head[0] === 0xff && ((head[1] ?? 0) & 0xe0) === 0xe0)) {
    return "a bare MP3 or AAC file";
  }
  if (text(0, 4) === "\x00\x00\x01\xba") return "an MPEG program stream";
  if (text(0, 4) === "\x30\x26\xb2\x75") return "a Windows Media file";
  return undefined;
}
