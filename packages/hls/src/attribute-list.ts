/** A value of an attribute list that is written as it is: an enumerated string, a number, a resolution. */
export type Bare = { readonly bare: string };
/** One attribute: a string is quoted; an absent value leaves the attribute out. */
export type AttributeValue = string | number | Bare | undefined;

export const YES: Bare = { bare: "YES" };
export const NO: Bare = { bare: "NO" };

// C0 and C1 controls: line ends would begin a new line of the playlist, the others have no place in one.
// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g;

/**
 * A quoted string (rfc8216bis §4.2). It can't hold line ends or double quotes and has no escape for
 * them, so they become spaces and single quotes: text of users can't add tags or attributes.
 */
function quoted(text: string): string {
  return `"${text.replace(CONTROLS, " ").replaceAll('"', "'")}"`;
}

/** A quoted string that lists texts, a tab between them; absent where there is none. */
export function tabbed(list: readonly string[]): Bare | undefined {
  // No text keeps a tab of its own inside its quotes.
  return list.length === 0
    ? undefined
    : { bare: `"${list.map((each) => quoted(each).slice(1, -1)).join("\t")}"` };
}

/**
 * A URI as a line of its own or inside a quoted string: what a URI can't hold is percent-encoded.
 * A leading `#` would be a comment, so it is encoded too.
 */
export function uri(text: string): string {
  if (text === "") throw new RangeError("A URI in a playlist is empty");
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  const safe = text.replace(/[\u0000-\u0020"<>\\^`{|}\u007f-\uffff]+/g, (run) =>
    encodeURIComponent(run.toWellFormed()),
  );
  return safe.startsWith("#") ? `%23${safe.slice(1)}` : safe;
}

/** Seconds as a decimal, exact to a microsecond, without trailing zeros. */
export function seconds(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(6).replace(/\.?0+$/, "");
}

/** A comma-separated attribute list (rfc8216bis §4.2). */
export function attributes(list: Readonly<Record<string, AttributeValue>>): string {
  const written: string[] = [];
  for (const [name, value] of Object.entries(list)) {
    if (value === undefined) continue;
    if (typeof value === "string") written.push(`${name}=${quoted(value)}`);
    else written.push(`${name}=${typeof value === "number" ? value : value.bare}`);
  }
  return written.join(",");
}
