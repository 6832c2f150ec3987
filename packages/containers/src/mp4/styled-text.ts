/** Faces of tx3g (3GPP TS 26.245 §5.16). */
const FACES: Readonly<Record<string, number>> = { b: 1, i: 2, u: 4 };
/** The names of characters that WebVTT knows (§4.2.2), and those that writers need. */
const NAMED: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  nbsp: "\u00a0",
  lrm: "\u200e",
  rlm: "\u200f",
};
const TOKEN = /<([^<>]*)>|&(#x[0-9a-f]{1,6}|#\d{1,7}|\w{2,4});/gi;

/** Characters `[from, to)`, counted in code points, and the sum of their faces. */
export type Style = { readonly from: number; readonly to: number; readonly faces: number };

/** A text without tags. */
export type StyledText = { readonly text: string; readonly styles: readonly Style[] };

/** The text of a WebVTT cue: bold, italic and underlined stay, of all other tags the words alone. */
export function styledText(cue: string): StyledText {
  if (!/[<&]/.test(cue)) return { text: cue, styles: [] };
  const open = new Map<number, number>();
  const styles: Style[] = [];
  let [text, length, at] = ["", 0, 0];
  const take = (more: string): void => {
    const faces = [...open].reduce((sum, [face, deep]) => sum + (deep > 0 ? face : 0), 0);
    const count = codePoints(more);
    const last = styles.at(-1);
    if (faces > 0 && count > 0) {
      if (last?.to === length && last.faces === faces) {
        styles.splice(-1, 1, { ...last, to: length + count });
      } else styles.push({ from: length, to: length + count, faces });
    }
    text += more;
    length += count;
  };
  for (const found of cue.matchAll(TOKEN)) {
    take(cue.slice(at, found.index));
    at = found.index + found[0].length;
    const [whole, tag, name] = found;
    if (name !== undefined) take(character(name) ?? whole);
    const [, slash, letter] = /^(\/?)([biu])(?:[\s.]|$)/.exec(tag ?? "") ?? [];
    const face = FACES[letter ?? ""];
    if (face === undefined) continue;
    open.set(face, Math.max(0, (open.get(face) ?? 0) + (slash === "/" ? -1 : 1)));
  }
  take(cue.slice(at));
  return { text, styles };
}

function codePoints(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

function character(name: string): string | undefined {
  if (!name.startsWith("#")) return NAMED[name];
  const code = name[1] === "x" ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
  return code > 0 && code <= 0x10_ffff ? String.fromCodePoint(code) : undefined;
}

/** The payload of a WebVTT cue that shows this text; lines without a letter are no lines of a cue. */
export function cueText({ text, styles }: StyledText): string {
  const characters = Array.from(text);
  const written: string[] = [];
  const open: string[] = [];
  const turn = (faces: number): void => {
    const wanted = Object.keys(FACES).filter((tag) => (faces & (FACES[tag] ?? 0)) !== 0);
    while (open.some((tag) => !wanted.includes(tag))) written.push(`</${open.pop() ?? ""}>`);
    for (const tag of wanted) {
      if (open.includes(tag)) continue;
      open.push(tag);
      written.push(`<${tag}>`);
    }
  };
  let at = 0;
  for (const { from, to, faces } of styles) {
    if (from < at || to > characters.length || to <= from) continue;
    if (from > at) turn(0);
    written.push(escaped(characters.slice(at, from)));
    turn(faces);
    written.push(escaped(characters.slice(from, to)));
    at = to;
  }
  turn(0);
  written.push(escaped(characters.slice(at)));
  const lines = written.join("").split(/\r\n|[\r\n]/);
  return lines.filter((line) => line !== "").join("\n");
}

function escaped(characters: readonly string[]): string {
  return characters
    .join("")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;");
}
