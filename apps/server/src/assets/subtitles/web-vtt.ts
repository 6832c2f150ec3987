import { Fault } from "@oxbow/contract";

/** Cues of one text: every word of a day's talk has fewer. */
const MAX_CUES = 200_000;
const ARROW = "-->";
/** Hours may be missing in WebVTT; SubRip has a comma before the milliseconds. */
const TIME = /^(?:(\d{1,4}):)?(\d{1,2}):(\d{1,2})[.,](\d{1,3})$/;

/**
 * The text as WebVTT with a fresh head, from WebVTT or SubRip: cues in the order of the text, settings kept,
 * styles and regions too. Fault `media_unreadable` tells the line that is neither.
 */
export function asWebVtt(text: string): string {
  // A byte order mark may stand before anything.
  const plain = text.replace(/^\uFEFF/, "").replace(/\r\n?/g, "\n");
  const vtt = /^WEBVTT(?:[ \t\n]|$)/.test(plain);
  const body = vtt ? plain.slice(plain.indexOf("\n\n") + 1 || plain.length) : plain;
  const blocks = body.split(/\n{2,}/).filter((block) => block.trim() !== "");
  const written: string[] = [];
  let cues = 0;
  for (const block of blocks) {
    const lines = block.replace(/^\n+|\n+$/g, "").split("\n");
    const at = lines.findIndex((line) => line.includes(ARROW));
    if (at >= 0) {
      written.push(cue(lines, at, vtt));
      cues += 1;
    } else if (vtt) {
      // NOTE, STYLE, REGION, and whatever comes to be: players pass over what they don't know.
      if (/^(STYLE|REGION)\b/.test(lines[0] ?? "")) written.push(lines.join("\n"));
    } else if (written.length > 0) {
      // SubRip's empty line inside a cue: the text goes on, and WebVTT knows no such thing.
      written.push(`${written.pop() ?? ""}\n${escaped(lines)}`);
    } else {
      throw unreadable(`"${lines[0]?.slice(0, 80) ?? ""}" is neither WebVTT nor SubRip`);
    }
  }
  if (cues === 0) throw unreadable("There is no cue in it");
  if (cues > MAX_CUES) throw unreadable(`It has ${cues} cues, ${MAX_CUES} are too many`);
  return `WEBVTT\n\n${written.join("\n\n")}\n`;
}

function cue(lines: readonly string[], at: number, vtt: boolean): string {
  const [line = ""] = lines.slice(at, at + 1);
  const [, from = "", to = "", settings = ""] =
    /^\s*(\S+)\s*-->\s*(\S+)(?:\s+(.*?))?\s*$/.exec(line) ?? [];
  const [begin, end] = [milliseconds(from), milliseconds(to)];
  if (begin === undefined || end === undefined || end < begin) {
    throw unreadable(`"${line.slice(0, 80)}" is no time of a cue`);
  }
  const kept = vtt && settings !== "" ? ` ${settings}` : "";
  const name = vtt && at > 0 ? `${lines[at - 1] ?? ""}\n` : "";
  const rest = lines.slice(at + 1);
  return `${name}${clock(begin)} ${ARROW} ${clock(end)}${kept}\n${vtt ? rest.join("\n") : escaped(rest)}`;
}

function milliseconds(text: string): number | undefined {
  const match = TIME.exec(text);
  if (match === null) return undefined;
  const [, hours = "0", minutes = "", seconds = "", fraction = ""] = match;
  if (Number(minutes) > 59 || Number(seconds) > 59) return undefined;
  const whole = (Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds);
  return whole * 1000 + Number(fraction.padEnd(3, "0"));
}

function clock(time: number): string {
  const [seconds, left] = [Math.floor(time / 1000), time % 1000];
  const whole = `${two(seconds / 3600)}:${two((seconds / 60) % 60)}:${two(seconds % 60)}`;
  return `${whole}.${String(left).padStart(3, "0")}`;
}

/** SubRip's text: its few tags stay, everything else that WebVTT would read as one is escaped. */
function escaped(lines: readonly string[]): string {
  return lines
    .join("\n")
    .replace(/\{\\[^}]*\}/g, "") // places of another format
    .replace(/<\/?font[^>]*>/gi, "")
    .replaceAll("&", "&amp;")
    .replace(/<(?!\/?[biu]>)/gi, "&lt;")
    .replaceAll(ARROW, "→");
}

function unreadable(why: string): Fault {
  return new Fault("media_unreadable", `Cannot read the subtitles: ${why}`);
}

function two(value: number): string {
  return String(Math.floor(value)).padStart(2, "0");
}
