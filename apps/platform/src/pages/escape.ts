const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Characters that XML 1.0 §2.2 has no place for, not even escaped. */
// oxlint-disable-next-line no-control-regex -- that is what is taken out
const forbidden = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;

/** A text as it stands in HTML and XML, in elements and in quoted attributes. */
export function escape(text: string): string {
  return text.replace(forbidden, "").replace(/[&<>"']/g, (char) => entities[char] ?? char);
}

/** JSON that cannot close the element that it stands in. */
export const jsonBlock = (value: unknown): string =>
  JSON.stringify(value).replaceAll("<", "\\u003c");

/** The beginning of a text on one line, cut at a word. */
export function excerpt(text: string, most = 200): string {
  const line = text.replaceAll(/\s+/g, " ").trim();
  if (line.length <= most) return line;
  return `${line.slice(0, most).replace(/\s+\S*$/, "")}…`;
}
