import type { Cue } from "@oxbow/media";
import { writeTime } from "./cue-time.ts";
import type { SubtitleText } from "./subtitle-text.ts";

/** The text as WebVTT (§4.1) with a head of its own; cues in their order. */
export function webVtt({ cues, styles }: SubtitleText): string {
  // Styles after the first cue are passed over by players.
  return `${["WEBVTT", ...styles, ...cues.map(cueBlock)].join("\n\n")}\n`;
}

function cueBlock({ from, to, text, name, settings }: Cue): string {
  const head = name === undefined ? "" : `${name}\n`;
  const placed = settings === undefined ? "" : ` ${settings}`;
  const block = `${head}${writeTime(from)} --> ${writeTime(to)}${placed}`;
  return text === "" ? block : `${block}\n${text}`;
}
