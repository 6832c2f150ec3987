/** What a check of `doctor` found: all good, worth knowing, or in the way. */
export type Finding = {
  readonly what: string;
  readonly state: "good" | "note" | "bad";
  /** What there is and, unless it is good, what to do. */
  readonly text: string;
};
