import type { ReactNode } from "react";
import { useFormats } from "../core/index.ts";
import { Button, formatTimeCode, type IconName } from "../ui/index.tsx";
import { clockText } from "./clock-text.ts";
import { gapsIn } from "./marks.tsx";
import type { Recording } from "./recording-media.ts";
import { useTrimTexts } from "./texts.ts";
import css from "./trim.module.css";

type Place = { readonly key: string; readonly wall: number; readonly text: string };

/** Where one can go at once: named moments, and where media goes on after what is missing. */
export function Places({
  recording,
  goTo,
}: {
  readonly recording: Recording;
  readonly goTo: (wall: number) => void;
}): ReactNode {
  const texts = useTrimTexts();
  const formats = useFormats();
  const { markers, gaps } = recording;
  const listed = gapsIn(recording, { from: -Infinity, to: Infinity });
  const more = gaps.length - listed.length;
  return (
    <div className={css["lists"]}>
      <PlaceList
        title={texts.markers}
        icon="marker"
        goTo={goTo}
        places={markers.map(({ id, label, at }) => {
          const wall = Date.parse(at);
          return { key: id, wall, text: texts.goTo(label, clockText(wall)) };
        })}
      />
      <PlaceList
        title={texts.gaps}
        icon="arrow-right"
        goTo={goTo}
        places={listed.map(({ from, to }) => {
          const text = texts.gap(clockText(from), formatTimeCode((to - from) / 1000));
          return { key: `${from}`, wall: to, text };
        })}
      >
        {more > 0 ? texts.more(formats.number(more)) : ""}
      </PlaceList>
    </div>
  );
}

function PlaceList({
  title,
  icon,
  places,
  goTo,
  children = "",
}: {
  readonly title: string;
  readonly icon: IconName;
  readonly places: readonly Place[];
  readonly goTo: (wall: number) => void;
  readonly children?: string;
}): ReactNode {
  if (places.length === 0) return null;
  return (
    <section>
      <h3>{title}</h3>
      <ul>
        {places.map(({ key, wall, text }) => (
          <li key={key}>
            <Button
              size="s"
              variant="quiet"
              icon={icon}
              className={css["place"]}
              onClick={() => goTo(wall)}
            >
              {text}
            </Button>
          </li>
        ))}
        {children === "" ? null : <li>{children}</li>}
      </ul>
    </section>
  );
}
