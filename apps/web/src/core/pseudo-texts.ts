const accents: Readonly<Record<string, string>> = {
  a: "á",
  c: "ç",
  e: "é",
  i: "í",
  n: "ñ",
  o: "ö",
  u: "ü",
  y: "ý",
  A: "Å",
  C: "Ç",
  E: "É",
  I: "Î",
  N: "Ñ",
  O: "Ö",
  U: "Û",
  Y: "Ý",
};

/** A text with accents, a third longer by what could be words, in brackets: what is not so on a page is not translated. */
export function pseudoText(text: string): string {
  const accented = text.replaceAll(/[a-z]/gi, (letter) => accents[letter] ?? letter);
  const longer = "~".repeat(Math.ceil(text.length / 3)).replaceAll("~~~~~~", "~~~~~ ");
  return `[${accented}${longer}]`;
}

/** The same for all texts of an area: functions answer such texts. */
export function pseudoTexts<T>(texts: T): T {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only texts change, no shape
  return pseudoValue(texts) as T;
}

function pseudoValue(value: unknown): unknown {
  if (typeof value === "string") return pseudoText(value);
  if (typeof value === "function") {
    return (...args: unknown[]): unknown => pseudoValue(Reflect.apply(value, undefined, args));
  }
  if (Array.isArray(value)) return value.map(pseudoValue);
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, pseudoValue(one)]));
  }
  return value;
}
