import type { Cue } from "@oxbow/media";

/** Parts of a picture's height: read at arm's length and across a room. */
const LETTERS = 0.065;
const OUTLINE = 0.004;
const MARGIN = 0.05;

/** ASS v4+ as libass draws it: white with a black edge, at the bottom, in whatever sans-serif there is. */
export function assScript(
  cues: readonly Cue[],
  { width, height }: { readonly width: number; readonly height: number },
): string {
  const part = (of: number): string => (height * of).toFixed(2);
  const margin = Math.round(height * MARGIN);
  const style = [
    ...["Default", "Sans", part(LETTERS), "&H00FFFFFF", "&H00FFFFFF", "&H00000000", "&H80000000"],
    ...["0,0,0,0,100,100,0,0,1", part(OUTLINE), "0,2", margin, margin, margin, "1"],
  ];
  return [
    "[Script Info]",
    "ScriptType: v4.00+",
    `PlayResX: ${width}`,
    `PlayResY: ${height}`,
    "WrapStyle: 0",
    "ScaledBorderAndShadow: yes",
    "",
    "[V4+ Styles]",
    "Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, Encoding",
    `Style: ${style.join(",")}`,
    "",
    "[Events]",
    "Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text",
    ...cues.map(
      (cue) => `Dialogue: 0,${clock(cue.from)},${clock(cue.to)},Default,,0,0,0,,${lineOf(cue)}`,
    ),
    "",
  ].join("\n");
}

function lineOf({ text, settings = "" }: Cue): string {
  const line = /(?:^|\s)line:(-?[\d.]+)(%?)/.exec(settings);
  const high = line !== null && Number(line[1]) >= 0 && (line[2] === "" || Number(line[1]) < 50);
  const side = /(?:^|\s)align:(start|left|end|right)/.exec(settings)?.[1];
  const column = side === undefined ? 2 : side === "start" || side === "left" ? 1 : 3;
  const place = column + (high ? 6 : 0);
  return `${place === 2 ? "" : `{\\an${place}}`}${drawn(text)}`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  nbsp: "\u00A0",
  lrm: "\u200E",
  rlm: "\u200F",
};

/**
 * The payload of a cue (WebVTT §4.2.2) with bold, italic and underline kept. Whatever ASS would read as its
 * own is made plain: a text draws no shapes and opens no files.
 */
function drawn(text: string): string {
  return text
    .split(/(<[^>]*>)/)
    .map((piece) => {
      const tag = /^<(\/?)([biu])(?:[.\s][^>]*)?>$/.exec(piece);
      if (tag !== null) return `{\\${tag[2]}${tag[1] === "" ? 1 : 0}}`;
      return piece.startsWith("<") && piece.endsWith(">") ? "" : plain(piece);
    })
    .join("");
}

function plain(piece: string): string {
  return (
    piece
      .replace(/&(amp|lt|gt|nbsp|lrm|rlm);/g, (whole, name: string) => ENTITIES[name] ?? whole)
      // A word joiner takes its meaning from a backslash.
      .replaceAll("\\", "\\\u2060")
      .replaceAll("{", "\\{")
      .replaceAll("}", "\\}")
      .replaceAll("\r", "")
      .replaceAll("\n", "\\N")
  );
}

function clock(ms: number): string {
  const hundredths = Math.round(ms / 10);
  const seconds = hundredths / 100;
  return `${Math.floor(seconds / 3600)}:${two((seconds / 60) % 60)}:${two(seconds % 60)}.${two(hundredths % 100)}`;
}

function two(value: number): string {
  return String(Math.floor(value)).padStart(2, "0");
}
