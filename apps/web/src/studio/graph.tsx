import type { ReactNode } from "react";
import { useNow } from "../core/index.ts";
import css from "./graph.module.css";
import { graphShape } from "./graph-shape.ts";
import { useStudioTexts } from "./texts.ts";
import type { ChannelHealth } from "./use-health.ts";

const MINUTES = 5 * 60_000;
const BOX = { width: 240, height: 48 } as const;

type Sample = ChannelHealth["series"][number];

/** One figure over five minutes: its value now in words, its line as a picture. */
export function Graph({
  title,
  series,
  figure,
  write,
  fromZero = false,
}: {
  readonly title: string;
  readonly series: readonly Sample[];
  readonly figure: (sample: Sample) => number | null;
  readonly write: (value: number) => string;
  readonly fromZero?: boolean;
}): ReactNode {
  const { health } = useStudioTexts();
  const now = useNow(2_000);
  const to = Math.max(now, Date.parse(series.at(-1)?.at ?? "") || 0);
  const readings = series.map((sample) => ({ at: Date.parse(sample.at), value: figure(sample) }));
  const { line, low, high, last } = graphShape(readings, {
    ...BOX,
    from: to - MINUTES,
    to,
    fromZero,
  });
  return (
    <figure className={css["graph"]}>
      <figcaption>
        <span className={css["title"]}>{title}</span>
        <span className={css["now"]}>{last === null ? health.none : write(last)}</span>
      </figcaption>
      <svg
        viewBox={`0 -2 ${BOX.width} ${BOX.height + 4}`}
        preserveAspectRatio="none"
        aria-hidden="true"
        focusable="false"
      >
        <path d={`M0 ${BOX.height}H${BOX.width}`} className={css["ground"]} />
        <path d={line} className={css["line"]} />
      </svg>
      <p className={css["range"]}>
        {line === ""
          ? health.none
          : write(low) === write(high)
            ? health.steady(write(low))
            : health.range(write(low), write(high))}
      </p>
    </figure>
  );
}
