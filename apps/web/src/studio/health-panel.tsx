import type { ReactNode } from "react";
import { useErrorText, useFormats, useNow } from "../core/index.ts";
import { Badge, Card, ErrorState, Loading } from "../ui/index.tsx";
import form from "./form.module.css";
import { Graph } from "./graph.tsx";
import css from "./health-panel.module.css";
import { useStudioTexts } from "./texts.ts";
import { type ChannelHealth, useHealth } from "./use-health.ts";

/** No figures for so long is told, in milliseconds. */
const STALE = 10_000;

/** How the encoder's stream is: its figures over five minutes. */
export function HealthPanel({ channel }: { readonly channel: string }): ReactNode {
  const texts = useStudioTexts();
  const errorText = useErrorText(texts.channel.reasons);
  const asked = useHealth(channel);
  const health = asked.data;
  if (health === undefined) {
    return (
      <Card title={texts.health.title}>
        {asked.isError ? (
          <ErrorState title={texts.loadFailed} onRetry={() => void asked.refetch()}>
            {errorText(asked.error)}
          </ErrorState>
        ) : (
          <Loading />
        )}
      </Card>
    );
  }
  const tones = { good: "good", ok: "warn", bad: "bad", noData: "neutral" } as const;
  return (
    <Card
      title={texts.health.title}
      actions={<Badge tone={tones[health.health]}>{texts.health.verdicts[health.health]}</Badge>}
    >
      <Stale health={health} />
      <p className={form["dim"]}>{texts.health.about}</p>
      <Graphs health={health} />
      <Facts health={health} />
    </Card>
  );
}

function Stale({ health }: { readonly health: ChannelHealth }): ReactNode {
  const { health: texts } = useStudioTexts();
  const now = useNow(5_000);
  const newest = health.series.at(-1)?.at;
  const isStale = newest !== undefined && now - Date.parse(newest) > STALE;
  return <div role="status">{isStale ? <p className={form["dim"]}>{texts.stale}</p> : null}</div>;
}

function Graphs({ health }: { readonly health: ChannelHealth }): ReactNode {
  const { health: texts } = useStudioTexts();
  const formats = useFormats();
  const { series } = health;
  return (
    <div className={css["graphs"]}>
      <Graph
        title={texts.bitrate}
        series={series}
        figure={({ bitrate }) => bitrate}
        write={formats.bitrate}
        fromZero
      />
      <Graph
        title={texts.fps}
        series={series}
        figure={({ fps }) => fps}
        write={(value) => formats.number(value, 1)}
        fromZero
      />
      <Graph
        title={texts.keyframes}
        series={series}
        figure={({ keyframeInterval }) => keyframeInterval}
        write={(value) => texts.seconds(formats.number(value, 1))}
        fromZero
      />
      <Graph
        title={texts.drift}
        series={series}
        figure={({ drift }) => drift}
        write={(value) => texts.milliseconds(formats.number(value))}
      />
      <Graph
        title={texts.viewers}
        series={series}
        figure={({ viewers }) => viewers}
        write={(value) => formats.number(value)}
        fromZero
      />
    </div>
  );
}

function Facts({ health }: { readonly health: ChannelHealth }): ReactNode {
  const { health: texts } = useStudioTexts();
  const formats = useFormats();
  const { session, tracks } = health;
  return (
    <dl className={css["facts"]}>
      {session === null ? null : (
        <>
          <dt>{texts.encoder}</dt>
          <dd>{texts.from(session.encoder ?? texts.unknownEncoder, session.address)}</dd>
        </>
      )}
      {tracks.length === 0 ? null : <dt>{texts.tracks}</dt>}
      {tracks.map(({ kind, codec, width, height, frameRate, sampleRate, channels }) => (
        <dd key={`${kind} ${codec}`}>
          {kind === "video"
            ? texts.video(
                codec,
                `${width ?? "?"}×${height ?? "?"}`,
                frameRate == null ? null : formats.number(frameRate, 2),
              )
            : texts.audio(codec, formats.number(sampleRate ?? 0), formats.number(channels ?? 0))}
        </dd>
      ))}
    </dl>
  );
}
