/** Values of attributes; an absent one leaves its attribute out. */
export type XmlAttributes = Readonly<Record<string, string | number | boolean | undefined>>;

// Everything that XML 1.0 has no place for (§2.2), not even as a reference.
// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const NO_CHARACTERS = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;
const ESCAPED = /[&<>"\t\n\r]/g;
const REFERENCES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  // As they are, a parser would make spaces of them (§3.3.3).
  "\t": "&#9;",
  "\n": "&#10;",
  "\r": "&#13;",
};

/** Text as it stands in an attribute or between tags; what XML can't hold becomes U+FFFD. */
export function xmlText(text: string): string {
  return text
    .toWellFormed()
    .replace(NO_CHARACTERS, "\ufffd")
    .replace(ESCAPED, (found) => REFERENCES[found] ?? found);
}

/** An element with its children, which are XML already. */
export function element(
  name: string,
  attributes: XmlAttributes,
  ...children: readonly string[]
): string {
  let open = `<${name}`;
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== undefined) open += ` ${key}="${xmlText(String(value))}"`;
  }
  const inside = children.join("");
  return inside === "" ? `${open}/>` : `${open}>${inside}</${name}>`;
}
