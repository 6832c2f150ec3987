import { type Millis, rfc3339 } from "@oxbow/media";
import { seconds } from "../attribute-list.ts";
import { type AdaptationSet, adaptationSet, descriptor } from "./adaptation-set.ts";
import { type TextFile, textSet } from "./text-set.ts";
import { element, xmlText } from "./xml.ts";

/** A run of the presentation with the same tracks and codecs (ISO/IEC 23009-1 §5.3.2). Seconds. */
export type Period = {
  /** The same for as long as the period is listed. */
  readonly id: string;
  /** Where it begins on the presentation's timeline. */
  readonly start: number;
  /** Absent where it goes on to the next period's beginning, or to the end. */
  readonly duration?: number;
  /** What the content is part of: periods of one broadcast have one. */
  readonly asset?: string;
  readonly sets: readonly AdaptationSet[];
  readonly texts?: readonly TextFile[];
};

/** More will come (§5.3.1, `dynamic`). Seconds, where nothing else is said. */
export type Running = {
  readonly type: "dynamic";
  /** Wall clock of the timeline's zero; never changes. */
  readonly availabilityStart: Millis;
  readonly published: Millis;
  /** How long after it was fetched this text says all that there is. */
  readonly updatePeriod: number;
  /** What can be rewound to; absent: everything. */
  readonly timeShiftBuffer?: number;
  /** End of the last period, in seconds: nothing will be added any more, and players still ask (§5.3.1.2). */
  readonly duration?: number | undefined;
  readonly suggestedDelay: number;
  /** Answers the wall clock as xs:dateTime (urn:mpeg:dash:utc:http-xsdate:2014); relative to the MPD. */
  readonly clock: string;
  /** What a player aims at (Annex K). */
  readonly latency?: { readonly target: number; readonly min: number; readonly max: number };
};

/** Nothing will be added (`static`). */
export type Finished = {
  readonly type: "static";
  /** End of the last period, in seconds. */
  readonly duration: number;
};

/** What a Media Presentation Description says. */
export type Mpd = {
  readonly run: Running | Finished;
  /** Seconds that a player has to hold before it begins, at the stated bandwidths. */
  readonly minBuffer: number;
  /** Longest segment, in seconds. */
  readonly longestSegment: number;
  /** For people. */
  readonly title?: string;
  readonly periods: readonly Period[];
};

const NAMESPACE = "urn:mpeg:dash:schema:mpd:2011";
/** ISO media segments that are addressed by templates, live or not (§8.4). */
const PROFILE = "urn:mpeg:dash:profile:isoff-live:2011";
const CLOCK = "urn:mpeg:dash:utc:http-xsdate:2014";
const ASSET = "urn:org:dashif:asset-id:2013";

/** The text of an MPD (ISO/IEC 23009-1 §5.3), UTF-8. */
export function mpd(data: Mpd): string {
  const { run, periods, title } = data;
  if (periods.length === 0) throw new RangeError("An MPD has at least one period");
  const root = element(
    "MPD",
    {
      xmlns: NAMESPACE,
      profiles: PROFILE,
      ...timing(run),
      minBufferTime: duration(data.minBuffer),
      maxSegmentDuration: duration(data.longestSegment),
    },
    title === undefined
      ? ""
      : element("ProgramInformation", {}, element("Title", {}, xmlText(title))),
    run.type === "dynamic" && run.latency !== undefined ? service(run.latency) : "",
    ...periods.map(period),
    run.type === "dynamic" ? descriptor("UTCTiming", CLOCK, run.clock) : "",
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n${root}\n`;
}

function timing(run: Running | Finished): Record<string, string | undefined> {
  if (run.type === "static") {
    return { type: "static", mediaPresentationDuration: duration(run.duration) };
  }
  const { timeShiftBuffer, duration: length } = run;
  return {
    type: "dynamic",
    mediaPresentationDuration: length === undefined ? undefined : duration(length),
    availabilityStartTime: rfc3339(run.availabilityStart),
    publishTime: rfc3339(run.published),
    minimumUpdatePeriod: duration(run.updatePeriod),
    timeShiftBufferDepth: timeShiftBuffer === undefined ? undefined : duration(timeShiftBuffer),
    suggestedPresentationDelay: duration(run.suggestedDelay),
  };
}

const ms = (value: number): number => Math.round(value * 1000);

/** What a player may do to keep the wanted delay: milliseconds, and factors of speed (Annex K). */
function service({ target, min, max }: NonNullable<Running["latency"]>): string {
  return element(
    "ServiceDescription",
    { id: 0 },
    element("Latency", { target: ms(target), min: ms(min), max: ms(max) }),
    element("PlaybackRate", { min: 0.96, max: 1.04 }),
  );
}

function period({ id, start, duration: length, asset, sets, texts = [] }: Period): string {
  return element(
    "Period",
    { id, start: duration(start), duration: length === undefined ? undefined : duration(length) },
    asset === undefined ? "" : descriptor("AssetIdentifier", ASSET, asset),
    ...sets.map(adaptationSet),
    ...texts.map(textSet),
  );
}

/** xs:duration in seconds alone. */
function duration(value: number): string {
  return `PT${seconds(Math.max(0, value))}S`;
}
