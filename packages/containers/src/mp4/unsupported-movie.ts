/** A movie that may be sound, but not of a form that is read here. */
export class UnsupportedMovie extends Error {
  override readonly name = "UnsupportedMovie";
  readonly why: "fragmented" | "compressed" | "too-large";

  constructor(message: string, why: UnsupportedMovie["why"]) {
    super(message);
    this.why = why;
  }
}
