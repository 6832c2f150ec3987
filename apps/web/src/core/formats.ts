/** RFC 3339, or Unix milliseconds. */
export type Moment = string | number;

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const steps: readonly (readonly [unit: Intl.RelativeTimeFormatUnit, size: number])[] = [
  ["year", 365 * DAY],
  ["month", 30 * DAY],
  ["week", 7 * DAY],
  ["day", DAY],
  ["hour", HOUR],
  ["minute", MINUTE],
];

const sizes = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte", "petabyte"] as const;
const rates = [
  "bit-per-second",
  "kilobit-per-second",
  "megabit-per-second",
  "gigabit-per-second",
] as const;

const two = (value: number): string => String(value).padStart(2, "0");

/** Seconds as a clock counts them: `4:07`, `1:02:03`. */
export function clockTime(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const [hours, minutes, rest] = [
    Math.floor(whole / 3600),
    Math.floor(whole / 60) % 60,
    whole % 60,
  ];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

/** How a language writes times, sizes and rates; times are those of the visitor's place. */
export type Formats = {
  /** `14:05` */
  readonly time: (at: Moment) => string;
  /** `14:05:09` */
  readonly exactTime: (at: Moment) => string;
  /** `23 Nov 2026` */
  readonly date: (at: Moment) => string;
  /** `23 Nov 2026, 14:05` */
  readonly dateTime: (at: Moment) => string;
  /** `3 minutes ago`, `in 2 days`; `now` is Unix milliseconds. */
  readonly relative: (at: Moment, now: number) => string;
  /** Seconds: `1:02:03` */
  readonly duration: (seconds: number) => string;
  /** Seconds, in words, for who listens: `1 hour, 2 minutes` */
  readonly spokenDuration: (seconds: number) => string;
  /** `1,234` */
  readonly number: (value: number, digits?: number) => string;
  /** `1.2K` */
  readonly count: (value: number) => string;
  /** Of 100: `37%` */
  readonly percent: (value: number) => string;
  /** `1.4 GB` */
  readonly bytes: (value: number) => string;
  /** Bits a second: `4.5 Mb/s` */
  readonly bitrate: (value: number) => string;
  /** `a, b and c` */
  readonly list: (items: readonly string[]) => string;
};

type Units = "byte" | "kilobyte" | (typeof sizes)[number] | (typeof rates)[number];

/** A value in the largest unit that leaves it at least 1, with a digit after the point below 100. */
function scaled(locale: string, units: readonly Units[], value: number): string {
  const rung = Math.min(
    units.length - 1,
    Math.max(0, Math.floor(Math.log10(Math.max(1, Math.abs(value))) / 3)),
  );
  const shown = value / 1000 ** rung;
  return new Intl.NumberFormat(locale, {
    style: "unit",
    unit: units[rung] ?? "byte",
    // "999 bytes": the short form has no plural.
    unitDisplay: rung === 0 ? "long" : "short",
    maximumFractionDigits: rung > 0 && Math.abs(shown) < 100 ? 1 : 0,
  }).format(shown);
}

function inWords(locale: string, seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const parts = (
    [
      ["hour", Math.floor(whole / 3600)],
      ["minute", Math.floor(whole / 60) % 60],
      ["second", whole % 60],
    ] as const
  ).filter(([unit, value]) => value > 0 || (unit === "second" && whole === 0));
  const texts = parts.map(([unit, value]) =>
    new Intl.NumberFormat(locale, { style: "unit", unit, unitDisplay: "long" }).format(value),
  );
  return new Intl.ListFormat(locale, { type: "unit", style: "long" }).format(texts);
}

export function createFormats(locale: string): Formats {
  const dates = (options: Intl.DateTimeFormatOptions): ((at: Moment) => string) => {
    const format = new Intl.DateTimeFormat(locale, options);
    return (at) => format.format(new Date(at));
  };
  const words = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
  const compact = new Intl.NumberFormat(locale, {
    notation: "compact",
    maximumFractionDigits: 1,
  });
  const percents = new Intl.NumberFormat(locale, { style: "percent" });
  const lists = new Intl.ListFormat(locale, { type: "conjunction" });
  return {
    time: dates({ timeStyle: "short" }),
    exactTime: dates({ timeStyle: "medium" }),
    date: dates({ dateStyle: "medium" }),
    dateTime: dates({ dateStyle: "medium", timeStyle: "short" }),
    relative: (at, now) => {
      const away = new Date(at).getTime() - now;
      const [unit, size] = steps.find(([, one]) => Math.abs(away) >= one) ?? ["second", MINUTE];
      return words.format(Math.trunc(away / size), unit);
    },
    duration: clockTime,
    spokenDuration: (seconds) => inWords(locale, seconds),
    number: (value, digits = 0) =>
      new Intl.NumberFormat(locale, { maximumFractionDigits: digits }).format(value),
    count: (value) => compact.format(value),
    percent: (value) => percents.format(value / 100),
    bytes: (value) => scaled(locale, sizes, value),
    bitrate: (value) => scaled(locale, rates, value),
    list: (items) => lists.format(items),
  };
}
