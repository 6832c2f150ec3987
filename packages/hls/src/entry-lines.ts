import { type Millis, rfc3339 } from "@oxbow/media";
import { attributes, seconds, uri, YES } from "./attribute-list.ts";

/** One part of a segment (EXT-X-PART, rfc8216bis §4.4.4.9). */
export type PlaylistPart = {
  readonly uri: string;
  readonly seconds: number;
  /** It begins with a picture that decodes alone. */
  readonly independent?: boolean;
  readonly gap?: boolean;
};

/** One entry of a media playlist. */
export type PlaylistSegment = {
  /** Relative to the playlist; written even for a gap, where no client loads it. */
  readonly uri: string;
  readonly seconds: number;
  /** Wall clock of its first presentation time (EXT-X-PROGRAM-DATE-TIME). */
  readonly wall?: Millis;
  /** Its media is missing (rfc8216bis §4.4.4.7). */
  readonly gap?: boolean;
  /** Format, tracks or timestamps change before it (rfc8216bis §4.4.4.3). */
  readonly discontinuity?: boolean;
  /** URI of its initialization section; written where it differs from that of the entry before. */
  readonly map?: string;
  /** Present while parts of it are listed: within three targets of the end (rfc8216bis §4.4.4.9). */
  readonly parts?: readonly PlaylistPart[];
};

/** Writes entries one after the other; remembers what need not be said again. */
export class EntryLines {
  #map: string | undefined;

  /** `map`: what the entry before had. */
  constructor(map?: string) {
    this.#map = map;
  }

  /** The lines of a whole segment, its parts before it. */
  segment(lines: string[], segment: PlaylistSegment): void {
    this.#before(lines, segment);
    if (segment.gap) lines.push("#EXT-X-GAP");
    lines.push(`#EXTINF:${seconds(segment.seconds)},`, uri(segment.uri));
  }

  /** The lines of a segment that is still open: only its parts. */
  open(lines: string[], segment: Omit<PlaylistSegment, "uri" | "seconds" | "gap">): void {
    if (segment.parts?.length) this.#before(lines, segment);
  }

  /** What stands before the first part, or before EXTINF where there is none. */
  #before(lines: string[], segment: Omit<PlaylistSegment, "uri" | "seconds">): void {
    const { discontinuity, map, wall, parts } = segment;
    if (discontinuity) lines.push("#EXT-X-DISCONTINUITY");
    if (map !== undefined && (map !== this.#map || discontinuity)) {
      this.#map = map;
      lines.push(`#EXT-X-MAP:${attributes({ URI: uri(map) })}`);
    }
    if (wall !== undefined) lines.push(`#EXT-X-PROGRAM-DATE-TIME:${rfc3339(wall)}`);
    for (const part of parts ?? []) lines.push(partLine(part));
  }
}

function partLine(part: PlaylistPart): string {
  return `#EXT-X-PART:${attributes({
    DURATION: { bare: seconds(part.seconds) },
    URI: uri(part.uri),
    INDEPENDENT: part.independent ? YES : undefined,
    GAP: part.gap ? YES : undefined,
  })}`;
}
