import { FlvDemuxer, readAudioTag, readVideoTag } from "@oxbow/containers";
import {
  AUDIO_TRACK,
  type Frame,
  parseAudioSpecificConfig,
  parseAvcConfig,
  type Track,
  VIDEO_TIMESCALE,
  VIDEO_TRACK,
} from "@oxbow/media";

/** What an encoder publishes, read from FLV as RTMP carries it. */
export function readClip(bytes: Uint8Array): { tracks: Track[]; frames: Frame[] } {
  const tracks: Track[] = [];
  const frames: Frame[] = [];
  for (const { kind, timestamp, body } of new FlvDemuxer().push(bytes)) {
    if (kind === "script") continue;
    const read = kind === "video" ? readVideoTag(body) : readAudioTag(body);
    const [id, timescale] =
      kind === "video" ? [VIDEO_TRACK, VIDEO_TIMESCALE] : [AUDIO_TRACK, 48_000];
    if (read.is === "config") {
      const parse = kind === "video" ? parseAvcConfig : parseAudioSpecificConfig;
      tracks.push({ id, timescale, language: "und", config: parse(read.record) });
    } else if (read.is === "frame") {
      const [dts, cto] = [timestamp, read.compositionTime].map((ms) => (ms * timescale) / 1000);
      frames.push({ track: id, dts: dts ?? 0, cto: cto ?? 0, key: read.key, data: read.data });
    }
  }
  return { tracks, frames };
}
