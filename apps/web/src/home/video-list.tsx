import type { Video } from "@oxbow/site-contract";
import { type ReactNode, useId } from "react";
import { useFormats, useNow } from "../core/index.ts";
import { Badge, VideoCard, VideoGrid } from "../ui/index.tsx";
import css from "./home.module.css";
import { useHomeTexts } from "./texts.ts";

/** Stills that are in sight when the page opens. */
const EARLY = 4;

/** Videos under a heading; nothing where there are none. */
export function VideoSection({
  title,
  videos,
  early = false,
  ofChannel = false,
  more,
}: {
  readonly title: string;
  readonly videos: readonly Video[];
  /** The first on the page. */
  readonly early?: boolean;
  /** On the channel's own page, its name says nothing new. */
  readonly ofChannel?: boolean;
  readonly more?: ReactNode;
}): ReactNode {
  const id = useId();
  if (videos.length === 0) return null;
  return (
    <section aria-labelledby={id} className={css["section"]}>
      <h2 id={id}>{title}</h2>
      <VideoList videos={videos} early={early} ofChannel={ofChannel} heading="h3" />
      {more}
    </section>
  );
}

export function VideoList({
  videos,
  early = false,
  ofChannel = false,
  heading,
}: {
  readonly videos: readonly Video[];
  readonly early?: boolean;
  readonly ofChannel?: boolean;
  readonly heading: "h2" | "h3";
}): ReactNode {
  return (
    <VideoGrid>
      {videos.map((video, at) => (
        <li key={video.id}>
          <Item video={video} early={early && at < EARLY} ofChannel={ofChannel} heading={heading} />
        </li>
      ))}
    </VideoGrid>
  );
}

function Item({
  video,
  early,
  ofChannel,
  heading,
}: {
  readonly video: Video;
  readonly early: boolean;
  readonly ofChannel: boolean;
  readonly heading: "h2" | "h3";
}): ReactNode {
  const texts = useHomeTexts();
  const formats = useFormats();
  const now = useNow();
  const { channel, scheduledAt, publishedAt, viewers, duration, state } = video;
  const planned = state === "planned" && scheduledAt !== null;
  const live = state === "live" || state === "interrupted";
  const facts = [
    ...(live && viewers !== null && viewers > 0 ? [texts.watching(viewers)] : []),
    ...(planned ? [formats.dateTime(scheduledAt)] : []),
    ...(state === "ended" && publishedAt !== null ? [formats.relative(publishedAt, now)] : []),
  ];
  return (
    <VideoCard
      href={`/watch/${video.id}`}
      title={video.title}
      still={video.poster}
      live={live}
      badge={
        planned ? (
          <Badge tone="accent">{texts.startsAt(formats.relative(scheduledAt, now))}</Badge>
        ) : undefined
      }
      duration={duration === null ? undefined : formats.duration(duration)}
      channel={ofChannel ? undefined : { name: channel.name, href: `/c/${channel.handle}` }}
      facts={facts}
      heading={heading}
      early={early}
    />
  );
}
