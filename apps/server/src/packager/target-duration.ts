// How far a segment may run over its target: the target is compared with the rounded duration
// (rfc8216bis §4.4.3.1), and the audio of a segment ends up to one audio unit after its video.
const OVERRUN = 0.4;
// A first segment this much over whole seconds keeps the smaller target, so that groups of pictures
// of the same length with jitter still fit (at least OVERRUN less this remains for it).
const JITTER = 0.2;

/**
 * Target duration in whole seconds for a broadcast whose first segment lasts `firstSeconds`.
 * It stands for the whole broadcast: it can never change (rfc8216bis §6.2.1).
 */
export function targetDuration(firstSeconds: number, segmentMs: number): number {
  return Math.max(1, Math.round(segmentMs / 1000), Math.ceil(firstSeconds - JITTER));
}

/** Milliseconds that a segment may last under this target. */
export function longestUnder(target: number): number {
  return (target + OVERRUN) * 1000;
}
