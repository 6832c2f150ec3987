/** A piece of a text: words, or an address in it. */
export type LinkPart = {
  readonly text: string;
  readonly href?: string;
  /** Where it stands in the whole text. */
  readonly at: number;
};

const ADDRESS = /https?:\/\/[^\s<>"]+/gi;

/** A text, cut into words and the addresses in it. Punctuation behind an address is none of it. */
export function linkParts(text: string): LinkPart[] {
  const parts: LinkPart[] = [];
  let done = 0;
  for (const match of text.matchAll(ADDRESS)) {
    const address = trimmed(match[0]);
    if (!URL.canParse(address)) continue;
    if (match.index > done) parts.push({ text: text.slice(done, match.index), at: done });
    parts.push({ text: address, href: address, at: match.index });
    done = match.index + address.length;
  }
  if (done < text.length) parts.push({ text: text.slice(done), at: done });
  return parts;
}

/** Without the full stop of its sentence, and without a bracket that was opened before it. */
function trimmed(address: string): string {
  const short = address.replace(/[.,;:!?'…»”]+$/u, "");
  const closes = short.endsWith(")") && !short.includes("(");
  return closes ? trimmed(short.slice(0, -1)) : short;
}
