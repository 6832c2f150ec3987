/** The pictures of a timeline. */
export type Thumbnails = {
  /** Which wall-clock time, in Unix milliseconds, the cues' zero is; undefined for a title. */
  readonly origin?: number;
  readonly pictures: readonly Thumbnail[];
};

/** A picture of a sprite sheet, for a stretch of time. */
export type Thumbnail = {
  /** Seconds from the beginning of the list's timeline. */
  readonly from: number;
  readonly to: number;
  /** Absolute. */
  readonly url: string;
  /** Pixels of the sheet; undefined where the whole file is the picture. */
  readonly area?: {
    readonly x: number;
    readonly y: number;
    readonly w: number;
    readonly h: number;
  };
};

const TIMING = /^(?:(\d+):)?(\d{2}):(\d{2}\.\d{3}) --> (?:(\d+):)?(\d{2}):(\d{2}\.\d{3})/;
const AREA = /^xywh=(?:pixel:)?(\d+),(\d+),(\d+),(\d+)$/;

const seconds = (hours: string | undefined, minutes = "0", rest = "0"): number =>
  Number(hours ?? 0) * 3600 + Number(minutes) * 60 + Number(rest);

/**
 * Reads a WebVTT file whose cues are URLs of pictures with a media fragment `#xywh` (Media Fragments
 * 1.0 §4.2.2), in the order of their times, and the header that says where zero is on the clock. What
 * is not such a cue is left out.
 */
export function readThumbnails(vtt: string, base: string): Thumbnails {
  const origin = Date.parse(/^X-ORIGIN:(.+)$/m.exec(vtt)?.[1] ?? "");
  const found: Thumbnail[] = [];
  for (const block of vtt.replaceAll("\r\n", "\n").split(/\n{2,}/)) {
    const lines = block.split("\n");
    const at = lines.findIndex((line) => line.includes("-->"));
    const timing = TIMING.exec(lines[at] ?? "");
    const target = lines[at + 1]?.trim();
    if (timing === null || target === undefined || !URL.canParse(target, base)) continue;
    const url = new URL(target, base);
    const area = AREA.exec(url.hash.slice(1));
    url.hash = "";
    const [x = 0, y = 0, w = 0, h = 0] = area?.slice(1).map(Number) ?? [];
    found.push({
      from: seconds(timing[1], timing[2], timing[3]),
      to: seconds(timing[4], timing[5], timing[6]),
      url: url.href,
      ...(area === null ? {} : { area: { x, y, w, h } }),
    });
  }
  const pictures = found.toSorted((a, b) => a.from - b.from);
  return Number.isNaN(origin) ? { pictures } : { origin, pictures };
}

/** The picture at a time, or the last one before it; found by halving. */
export function thumbnailAt(list: readonly Thumbnail[], time: number): Thumbnail | undefined {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((list[middle]?.from ?? Infinity) <= time) low = middle + 1;
    else high = middle;
  }
  return list[low - 1];
}
