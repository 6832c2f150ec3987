import { Fault } from "@oxbow/contract";
import { type Cue, millis } from "@oxbow/media";
import { readTime } from "./cue-time.ts";
import type { SubtitleText } from "./subtitle-text.ts";

/** Cues of one text: every word of a day's talk has fewer. */
const MAX_CUES = 200_000;
/** Characters of one cue; what is longer is no text to be read. */
const MAX_TEXT = 20_000;
/** A line with times is shorter; whatever stands in a longer one is not looked for. */
const MAX_LINE = 1000;
const ARROW = "-->";
/** Two times and the arrow between them; settings are WebVTT's, places SubRip's. */
const TIMES = /^\s*([\d:.,]+)\s*-->\s*([\d:.,]+)(?:\s+(.*?))?\s*$/;

/**
 * The cues of WebVTT or SubRip, in the order of the text. Blocks of WebVTT that are no cues are left out,
 * but for STYLE and REGION. Fault `media_unreadable` names the first line that is neither.
 */
export function parseSubtitles(text: string): SubtitleText {
  // A byte order mark may stand before anything.
  const lines = text.replace(/^\uFEFF/, "").split(/\r\n|\n|\r/);
  const vtt = /^WEBVTT(?:[ \t]|$)/.test(lines[0] ?? "");
  const reader = new Reader(lines, vtt);
  // The head of WebVTT goes up to the first empty line.
  const found = reader.read(vtt ? reader.afterBlock(0) : 0);
  if (found.cues.length === 0) throw unreadable("There is no cue in it");
  return found;
}

const TOO_LONG = `has a text of more than ${MAX_TEXT} characters`;
/** Two clocks after a number are the times of a cue, whatever stands between them. */
const ALMOST = /^\s*\d+:\d+\S*\s+\S+\s+\d+:\d+/;

/** Goes through the lines of one text. */
class Reader {
  readonly #lines: readonly string[];
  readonly #vtt: boolean;
  readonly #cues: Cue[] = [];
  readonly #styles: string[] = [];

  constructor(lines: readonly string[], vtt: boolean) {
    this.#lines = lines;
    this.#vtt = vtt;
  }

  read(from: number): SubtitleText {
    for (let at = this.#skipEmpty(from); at < this.#lines.length; at = this.#skipEmpty(at)) {
      at = this.#block(at);
      if (this.#cues.length > MAX_CUES) throw unreadable(`More than ${MAX_CUES} cues are too many`);
    }
    return { cues: this.#cues, styles: this.#styles };
  }

  /** The line after the block that `at` is in: the first empty one. */
  afterBlock(at: number): number {
    let end = at;
    while (end < this.#lines.length && !this.#empty(end)) end += 1;
    return end;
  }

  /** Takes the block that begins at a line; answers where the next may begin. */
  #block(at: number): number {
    if (this.#isTimes(at)) return this.#cue(at, "");
    // Its name, or its number, stands before its times.
    if (this.#isTimes(at + 1)) return this.#cue(at + 1, this.#lines[at] ?? "");
    const end = this.afterBlock(at);
    const block = this.#lines.slice(at, end);
    const late = block.findIndex((_, place) => this.#isTimes(at + place));
    const arrow = block.findIndex((line) => line.includes(ARROW));
    if (arrow >= 0 && late < 0) throw this.#broken(at + arrow, "is no time of a cue");
    const numbered = /^\s*\d+\s*$/.test(block[0] ?? "");
    const [, next = ""] = block;
    if (numbered && next.length < MAX_LINE && ALMOST.test(next)) {
      throw this.#broken(at + 1, "is no time of a cue");
    }
    if (this.#vtt) {
      // NOTE, STYLE, REGION, and whatever comes to be: players pass over what they don't know.
      if (/^(STYLE|REGION)\b/.test(block[0] ?? "") && late < 0) this.#styles.push(block.join("\n"));
      return late < 0 ? end : at + late;
    }
    const before = this.#cues.at(-1);
    if (before === undefined) throw this.#broken(at, "is neither WebVTT nor SubRip");
    // SubRip's empty line inside a cue: the text goes on, and WebVTT knows no such thing.
    const rest = late < 0 ? block : block.slice(0, late);
    const text = [before.text, fromSubRip(rest)].filter((part) => part !== "").join("\n");
    if (text.length > MAX_TEXT) throw this.#broken(at, TOO_LONG);
    this.#cues.splice(-1, 1, { ...before, text });
    return late < 0 ? end : at + late;
  }

  #cue(at: number, name: string): number {
    const [, from = "", to = "", settings = ""] = TIMES.exec(this.#lines[at] ?? "") ?? [];
    const [begin, end] = [readTime(from), readTime(to)];
    if (begin === undefined || end === undefined) throw this.#broken(at, "is no time of a cue");
    if (end < begin) throw this.#broken(at, "ends before it begins");
    let next = at + 1;
    while (next < this.#lines.length && !this.#empty(next) && !this.#beginsCue(next)) next += 1;
    const lines = this.#lines.slice(at + 1, next);
    const text = this.#vtt ? lines.join("\n") : fromSubRip(lines);
    if (text.length > MAX_TEXT) throw this.#broken(at, TOO_LONG);
    this.#cues.push({
      from: millis(begin),
      to: millis(end),
      text,
      ...(this.#vtt && name !== "" ? { name } : {}),
      ...(this.#vtt && settings !== "" ? { settings } : {}),
    });
    return next;
  }

  /** Many files lack the empty line between two cues. */
  #beginsCue(at: number): boolean {
    const numbered = /^\s*\d+\s*$/.test(this.#lines[at] ?? "") && this.#isTimes(at + 1);
    return numbered || this.#isTimes(at) || (this.#vtt && (this.#lines[at] ?? "").includes(ARROW));
  }

  #isTimes(at: number): boolean {
    const line = this.#lines[at] ?? "";
    return line.length < MAX_LINE && TIMES.test(line);
  }

  /** Spaces alone are text to WebVTT. */
  #empty(at: number): boolean {
    const line = this.#lines[at] ?? "";
    return (this.#vtt ? line : line.trim()) === "";
  }

  #skipEmpty(from: number): number {
    let at = from;
    while (at < this.#lines.length && this.#empty(at)) at += 1;
    return at;
  }

  #broken(at: number, why: string): Fault {
    const line = (this.#lines[at] ?? "").trim().slice(0, 80);
    return unreadable(`line ${at + 1}, "${line}", ${why}`);
  }
}

/** SubRip's text: its few tags stay, everything else that WebVTT would read as one is escaped. */
function fromSubRip(lines: readonly string[]): string {
  return lines
    .join("\n")
    .replace(/\{\\[^{}]*\}/g, "") // places of another format
    .replace(/<\/?font[^<>]*>/gi, "")
    .replaceAll("&", "&amp;")
    .replace(
      /<(\/?)([biu])>/gi,
      (_, slash: string, tag: string) => `<${slash}${tag.toLowerCase()}>`,
    )
    .replace(/<(?!\/?[biu]>)/g, "&lt;")
    .replaceAll(ARROW, "→");
}

function unreadable(why: string): Fault {
  return new Fault("media_unreadable", `Cannot read the subtitles: ${why}`);
}
