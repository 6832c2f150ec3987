import type { Doctor, Told } from "@oxbow/contract";

/** The oldest ffmpeg whose options are used. */
const OLDEST = [5, 1] as const;

/** What to do about what was found, a sentence each. */
export function adviceOn(found: Omit<Told<Doctor>, "advice">): string[] {
  const { ffmpeg, encoder, presets, measuredAt } = found;
  if (ffmpeg === null) {
    return [
      "Install ffmpeg 5.1 or newer, or name it by OXBOW_FFMPEG: without it nothing is transcoded",
    ];
  }
  const advice: string[] = [];
  if (isOlder(ffmpeg.version)) {
    advice.push(`Install ffmpeg 5.1 or newer: ${ffmpeg.version} lacks options that are used`);
  }
  if (encoder === null) {
    advice.push("Install an ffmpeg with libx264: no encoder of H.264 works here");
  } else if (measuredAt === null) {
    advice.push("Measure it: nothing was as yet");
  }
  if (measuredAt !== null && presets.some(({ realtime }) => realtime === null)) {
    advice.push("Measure again when the machine is less busy: not all was measured in time");
  }
  for (const { ladder, streams } of presets) {
    if (streams === 0) {
      advice.push(`The ladder "${ladder}" is too much for this machine: qualities would be shed`);
    } else if (streams !== null) {
      const many = streams === 1 ? "One stream" : `${streams} streams`;
      advice.push(`${many} may have the ladder "${ladder}" at the same time`);
    }
  }
  return advice;
}

/** Versions that are no numbers are of a build of somebody's own, and new. */
function isOlder(version: string): boolean {
  const [, major, minor] = /^n?(\d+)\.(\d+)/.exec(version) ?? [];
  if (major === undefined) return false;
  const [least, below] = OLDEST;
  return Number(major) < least || (Number(major) === least && Number(minor) < below);
}
