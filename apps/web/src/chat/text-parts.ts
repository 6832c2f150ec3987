/** A part of a message: words, or an address that somebody may follow. */
export type TextPart = { readonly text: string; readonly href?: string };

/** An address: its scheme, or `www.`, and what follows without spaces. */
const ADDRESS = /\b(?:https?:\/\/|www\.)[^\s<>"'`]+/giu;
/** What ends a sentence and not an address. */
const TRAILING = /[.,:;!?)\]}»”’]+$/u;

/**
 * Cuts a text at its addresses. Only http and https are followed, and what is shown is what is
 * followed: an address with a name before an @, which looks like another site, stays text.
 */
export function textParts(text: string): TextPart[] {
  const parts: TextPart[] = [];
  let at = 0;
  for (const { 0: found, index } of text.matchAll(ADDRESS)) {
    const address = withoutTrailing(found);
    const href = hrefOf(address);
    if (href === undefined) continue;
    if (index > at) parts.push({ text: text.slice(at, index) });
    parts.push({ text: address, href });
    at = index + address.length;
  }
  if (at < text.length) parts.push({ text: text.slice(at) });
  return parts;
}

/** A closing bracket belongs to the address where it was opened in it. */
function withoutTrailing(found: string): string {
  const cut = found.replace(TRAILING, "");
  const rest = found.slice(cut.length);
  return rest.startsWith(")") && cut.includes("(") ? `${cut})` : cut;
}

function hrefOf(address: string): string | undefined {
  const full = address.toLowerCase().startsWith("www.") ? `https://${address}` : address;
  if (!URL.canParse(full)) return undefined;
  const url = new URL(full);
  const isPlain = url.username === "" && url.password === "" && url.hostname.includes(".");
  return isPlain ? url.href : undefined;
}
