import type { ReactNode } from "react";
import {
  useAnswers,
  useCall,
  useErrorText,
  useFormats,
  useNow,
  useSession,
  useTitle,
  useUpdates,
} from "../core/index.ts";
import {
  Badge,
  buttonClass,
  Card,
  EmptyState,
  ErrorState,
  Loading,
  PageHeader,
  Progress,
  VideoCard,
  VideoGrid,
} from "../ui/index.tsx";
import css from "./dashboard.module.css";
import { FirstRun } from "./first-run.tsx";
import form from "./form.module.css";
import { links } from "./links.ts";
import { type PlanTurn, planTurns } from "./plan-turns.ts";
import { usePlanWords } from "./plan-words.ts";
import { useStudioTexts } from "./texts.ts";
import {
  type OwnChannel,
  type StudioVideo,
  useNewestVideos,
  useOpenVideos,
  videoOnAir,
} from "./use-channel.ts";
import { WithChannel } from "./with-channel.tsx";

/** `/studio`: what is next, what was last, and what is under way. */
export function DashboardPage(): ReactNode {
  const { dashboard } = useStudioTexts();
  useTitle(dashboard.title);
  return <WithChannel>{(channel) => <Dashboard channel={channel} />}</WithChannel>;
}

function Dashboard({ channel }: { readonly channel: OwnChannel }): ReactNode {
  const texts = useStudioTexts();
  const { dashboard } = texts;
  const { person } = useSession();
  const errorText = useErrorText();
  const open = useOpenVideos();
  const newest = useNewestVideos();
  const asked = open.isError ? open : newest;
  const recent = newest.data?.items ?? [];
  const videos =
    open.data === undefined || newest.data === undefined
      ? undefined
      : [...open.data.items, ...recent];
  return (
    <>
      <PageHeader
        title={dashboard.welcome(person?.name ?? "")}
        about={channel.name}
        actions={
          <a href={links.live} className={buttonClass({ variant: "primary" })}>
            {dashboard.goLive}
          </a>
        }
      />
      <div className={form["stack"]}>
        {videos === undefined ? (
          asked.isError ? (
            <ErrorState title={texts.loadFailed} onRetry={() => void asked.refetch()}>
              {errorText(asked.error)}
            </ErrorState>
          ) : (
            <Loading />
          )
        ) : (
          <>
            <FirstRun channel={channel} videos={videos} />
            <div className={form["two"]}>
              <NextCard videos={videos} />
              <FilesCard channel={channel.id} />
            </div>
            <Card
              title={dashboard.recent}
              actions={<a href={links.recordings}>{dashboard.allRecordings}</a>}
            >
              <Recent videos={recent.slice(0, 4)} />
            </Card>
          </>
        )}
      </div>
    </>
  );
}

/** What is on air, planned next, or was last. */
function NextCard({ videos }: { readonly videos: readonly StudioVideo[] }): ReactNode {
  const texts = useStudioTexts();
  const { dashboard } = texts;
  const formats = useFormats();
  const now = useNow();
  const onAir = videoOnAir(videos);
  const plan = planTurns(videos, now).find(({ time }) => time !== "over");
  const last = videos.find(({ state, kind }) => state === "ended" && kind === "broadcast");
  if (onAir !== undefined) {
    return (
      <Card
        title={dashboard.onAir}
        actions={
          <Badge tone="live" dot>
            {texts.states[onAir.state]}
          </Badge>
        }
      >
        <p className={css["big"]}>{onAir.title}</p>
        <div className={form["buttons"]}>
          <a href={links.live} className={buttonClass({ variant: "primary" })}>
            {dashboard.toControl}
          </a>
        </div>
      </Card>
    );
  }
  return (
    <Card title={plan === undefined ? dashboard.none : dashboard.planned}>
      {plan === undefined ? (
        <p className={form["dim"]}>{dashboard.noneAbout}</p>
      ) : (
        <NextPlan plan={plan} />
      )}
      {last === undefined ? null : (
        <div className={css["last"]}>
          <p className={form["dim"]}>{dashboard.last}</p>
          <p>
            <a href={links.recording(last.id)}>{last.title}</a>
          </p>
          <p className={form["dim"]}>
            {dashboard.endedAt(formats.relative(last.to ?? last.createdAt, now))}
          </p>
        </div>
      )}
    </Card>
  );
}

function NextPlan({ plan }: { readonly plan: PlanTurn }): ReactNode {
  const { dashboard } = useStudioTexts();
  const words = usePlanWords(plan);
  return (
    <>
      <p className={css["big"]}>{plan.video.title}</p>
      <p className={form["dim"]}>{words}</p>
      <div className={form["buttons"]}>
        <a href={links.live}>{dashboard.changePlans}</a>
      </div>
    </>
  );
}

function FilesCard({ channel }: { readonly channel: string }): ReactNode {
  const texts = useStudioTexts();
  const { dashboard } = texts;
  const errorText = useErrorText();
  const answers = useAnswers();
  const input = { query: { channel, state: "unfinished", limit: 5 } } as const;
  const asked = useCall("exports.list", input);
  useUpdates([`exports:${channel}`], (update) => {
    if (update.type !== "export.changed") return;
    const wish = update.data;
    const known = answers.get("exports.list", input)?.items.find(({ id }) => id === wish.id);
    if (known?.state !== wish.state) void answers.invalidate("exports.list");
    else
      answers.set("exports.list", input, (before) => {
        if (before === undefined) return undefined;
        return { ...before, items: before.items.map((one) => (one.id === wish.id ? wish : one)) };
      });
  });
  const items = asked.data?.items;
  return (
    <Card title={dashboard.files}>
      {items === undefined ? (
        asked.isError ? (
          <ErrorState title={texts.loadFailed} onRetry={() => void asked.refetch()}>
            {errorText(asked.error)}
          </ErrorState>
        ) : (
          <Loading />
        )
      ) : items.length === 0 ? (
        <p className={form["dim"]}>{dashboard.noFiles}</p>
      ) : (
        <ul className={css["files"]}>
          {items.map(({ id, title, video, state, progress }) => (
            <li key={id}>
              <a href={links.recording(video.id)}>{title}</a>
              <Progress
                label={dashboard.fileOf(video.title)}
                value={state === "running" ? progress.percent : undefined}
              />
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

function Recent({ videos }: { readonly videos: readonly StudioVideo[] }): ReactNode {
  const texts = useStudioTexts();
  const { dashboard } = texts;
  const formats = useFormats();
  const now = useNow();
  if (videos.length === 0) {
    return <EmptyState title={dashboard.noRecordings}>{dashboard.noRecordingsAbout}</EmptyState>;
  }
  return (
    <VideoGrid>
      {videos.map((video) => (
        <li key={video.id}>
          <VideoCard
            href={links.recording(video.id)}
            title={video.title}
            still={video.poster}
            badge={
              video.visibility === "public" ? undefined : (
                <Badge>{texts.visibilities[video.visibility]}</Badge>
              )
            }
            duration={video.duration === null ? undefined : formats.duration(video.duration)}
            facts={[formats.relative(video.to ?? video.createdAt, now)]}
          />
        </li>
      ))}
    </VideoGrid>
  );
}
