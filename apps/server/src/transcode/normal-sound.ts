import { type FlvTag, readAudioTag } from "@oxbow/containers";
import { AUDIO_TRACK, type Frame, parseAudioSpecificConfig, type Track } from "@oxbow/media";
import { NORMAL_SOUND } from "./ladder-command.ts";

/** AudioSpecificConfig (ISO/IEC 14496-3 §1.6.2.1): AAC-LC, 48 kHz, two channels. */
const AAC_LC_48_STEREO = Uint8Array.of(0x11, 0x90);
const UNIT = 1024;
/** FLV's times are rounded to milliseconds; within this, in ticks, the count of samples is the better clock. */
const JITTER = (15 * NORMAL_SOUND.sampleRate) / 1000;

/** The track of sound that ffmpeg made of something else; known before the first unit comes. */
export function normalTrack(source: Track): Track {
  return {
    id: AUDIO_TRACK,
    timescale: NORMAL_SOUND.sampleRate,
    language: source.language,
    config: parseAudioSpecificConfig(AAC_LC_48_STEREO),
  };
}

/** Units of AAC out of FLV tags, on a clock of samples. */
export class NormalSoundReader {
  #end: number | undefined;
  readonly #ticks: (flvMs: number) => number;

  /** @param ticks the source's timeline in samples, for a time that came out */
  constructor(ticks: (flvMs: number) => number) {
    this.#ticks = ticks;
  }

  /** The unit in a tag, if it has one. @throws MalformedInput */
  read(tag: FlvTag): Frame | undefined {
    if (tag.kind !== "audio") return undefined;
    const audio = readAudioTag(tag.body);
    if (audio.is !== "frame") return undefined;
    const told = this.#ticks(tag.timestamp);
    const counted = this.#end ?? told;
    const dts = Math.abs(told - counted) <= JITTER ? counted : Math.max(told, counted);
    this.#end = dts + UNIT;
    if (dts < 0) return undefined;
    return { track: AUDIO_TRACK, dts, cto: 0, key: true, data: audio.data };
  }
}
