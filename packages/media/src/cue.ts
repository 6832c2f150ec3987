import type { Millis } from "./time.ts";

/** A text that is shown from `from` until `to`, on a timeline whose first picture is at 0. */
export type Cue = {
  readonly from: Millis;
  readonly to: Millis;
  /** The payload of a WebVTT cue (WebVTT §4.2.2): its tags and escapes, lines divided by LF. */
  readonly text: string;
  /** The identifier before its times. */
  readonly name?: string;
  /** Settings as WebVTT writes them: `line:0 align:start`. */
  readonly settings?: string;
};
