import { type ReactNode, useState } from "react";
import { kept, useCall } from "../core/index.ts";
import { Button, buttonClass, Card, Icon } from "../ui/index.tsx";
import css from "./dashboard.module.css";
import form from "./form.module.css";
import { links } from "./links.ts";
import { TestStreamControl } from "./test-stream-card.tsx";
import { useStudioTexts } from "./texts.ts";
import type { OwnChannel, StudioVideo } from "./use-channel.ts";

const HIDDEN = "studio.firstRunHidden";
const WATCHED = "studio.firstRunWatched";

type Step = {
  readonly key: "test" | "watch" | "end" | "export" | "publish";
  readonly done: boolean;
  readonly action: ReactNode;
};

/** The whole story of the site in five steps, each done by doing it. */
export function FirstRun({
  channel,
  videos,
}: {
  readonly channel: OwnChannel;
  readonly videos: readonly StudioVideo[];
}): ReactNode {
  const { firstRun: texts } = useStudioTexts();
  const [isHidden, setHidden] = useState(() => kept.read(HIDDEN) === "yes");
  const steps = useSteps(channel, videos);
  const done = steps.filter((step) => step.done).length;
  if (isHidden || done === steps.length) return null;
  const next = steps.find((step) => !step.done);
  const hide = (): void => {
    kept.write(HIDDEN, "yes");
    setHidden(true);
  };
  return (
    <Card
      title={texts.title}
      actions={<span className={form["dim"]}>{texts.progress(done, steps.length)}</span>}
    >
      <p className={form["dim"]}>{texts.about}</p>
      <ol className={css["steps"]}>
        {steps.map((step, at) => (
          <li
            key={step.key}
            className={step.done ? css["done"] : undefined}
            aria-current={step === next ? "step" : undefined}
          >
            <span className={css["number"]}>
              {step.done ? <Icon name="check" size="s" /> : at + 1}
              {step.done ? <span className="visually-hidden">{texts.done}</span> : null}
            </span>
            <div>
              <p className={css["stepTitle"]}>{texts.steps[step.key]}</p>
              {step === next ? (
                <p className={form["dim"]}>{texts.steps[`${step.key}About`]}</p>
              ) : null}
            </div>
            {step === next ? <div className={css["action"]}>{step.action}</div> : null}
          </li>
        ))}
      </ol>
      <div className={form["buttons"]}>
        <Button variant="quiet" size="s" onClick={hide}>
          {texts.hide}
        </Button>
      </div>
    </Card>
  );
}

function useSteps(channel: OwnChannel, videos: readonly StudioVideo[]): readonly Step[] {
  const { firstRun, dashboard, recordings, test: ofTest } = useStudioTexts();
  const [hasWatched, setWatched] = useState(() => kept.read(WATCHED) === "yes");
  const test = useCall(
    "channels.publishing",
    { params: { channel: channel.id } },
    { enabled: channel.stream !== null },
  ).data?.test;
  const files = useCall("exports.list", { query: { channel: channel.id, limit: 5 } }).data?.items;
  const shows = videos.filter(({ kind, state }) => kind === "broadcast" && state !== "planned");
  const newest = shows[0];
  const ended = shows.find(({ state }) => state === "ended");
  const watch = (): void => {
    kept.write(WATCHED, "yes");
    setWatched(true);
  };
  const recording = ended === undefined ? links.recordings : links.recording(ended.id);
  return [
    {
      key: "test",
      done: newest !== undefined,
      action:
        test === undefined ? (
          ofTest.starting
        ) : (
          <TestStreamControl channel={channel.id} test={test} />
        ),
    },
    {
      key: "watch",
      done: hasWatched,
      action:
        newest === undefined ? null : (
          <a
            href={links.watch(newest.id)}
            target="_blank"
            rel="noreferrer"
            className={buttonClass({ size: "s" })}
            onClick={watch}
          >
            {firstRun.steps.watch}
          </a>
        ),
    },
    {
      key: "end",
      done: ended !== undefined,
      action: link(links.live, dashboard.toControl),
    },
    {
      key: "export",
      done: (files ?? []).length > 0,
      action: link(ended === undefined ? recording : links.trim(ended.id), recordings.trim),
    },
    {
      key: "publish",
      done: videos.some(({ source, kind }) => source === "file" && kind !== "film"),
      action: link(recording, recordings.edit),
    },
  ];
}

const link = (href: string, text: string): ReactNode => (
  <a href={href} className={buttonClass({ size: "s" })}>
    {text}
  </a>
);
