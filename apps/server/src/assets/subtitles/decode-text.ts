import { Fault } from "@oxbow/contract";

/**
 * What programs wrote texts of a language in before UTF-8: the WHATWG's table of default encodings for
 * locales (HTML §13.2.3.2). All others: windows-1252.
 */
const LEGACY: Readonly<Record<string, string>> = {
  ar: "windows-1256",
  be: "windows-1251",
  bg: "windows-1251",
  cs: "windows-1250",
  el: "iso-8859-7",
  et: "windows-1257",
  fa: "windows-1256",
  he: "windows-1255",
  hr: "windows-1250",
  hu: "iso-8859-2",
  ja: "shift_jis",
  ko: "euc-kr",
  lt: "windows-1257",
  lv: "windows-1257",
  mk: "windows-1251",
  pl: "iso-8859-2",
  ru: "windows-1251",
  sk: "windows-1250",
  sl: "iso-8859-2",
  sr: "windows-1251",
  th: "windows-874",
  tr: "windows-1254",
  uk: "windows-1251",
  vi: "windows-1258",
  zh: "gb18030",
};
/** Characters that no text has; a tabulator, line ends and a form feed it may have. */
// oxlint-disable-next-line no-control-regex -- they are looked for
const NO_TEXT = /[\u0000-\u0008\u000b\u000e-\u001f]/;

/**
 * The text of a file, whatever program wrote it: by its byte order mark, as UTF-16 or UTF-8 where it is
 * that, else in the encoding that was usual for its language. Fault `media_unreadable`.
 * @param language BCP 47
 */
export function decodeText(bytes: Uint8Array, language: string): string {
  for (const encoding of encodings(bytes, language)) {
    const text = decoded(bytes, encoding);
    if (text !== undefined && !NO_TEXT.test(text)) return text;
  }
  throw new Fault(
    "media_unreadable",
    "Cannot read the subtitles: they are no text; save them as UTF-8",
  );
}

function encodings(bytes: Uint8Array, language: string): readonly string[] {
  const [a, b] = bytes;
  if (a === 0xff && b === 0xfe) return ["utf-16le"];
  if (a === 0xfe && b === 0xff) return ["utf-16be"];
  // Digits and line ends have a zero byte in UTF-16, and every text of this kind begins with some.
  if (b === 0 && a !== 0) return ["utf-16le"];
  if (a === 0 && b !== 0) return ["utf-16be"];
  const { language: root, script } = new Intl.Locale(language).maximize();
  const legacy = script === "Hant" ? "big5" : LEGACY[root];
  return ["utf-8", legacy ?? "windows-1252"];
}

function decoded(bytes: Uint8Array, encoding: string): string | undefined {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}
