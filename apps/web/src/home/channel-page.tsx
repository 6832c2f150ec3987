import type { AnswerOf } from "@oxbow/site-contract";
import { type ReactNode, useState } from "react";
import { useCall, useErrorText, usePages, useParam, useTitle } from "../core/index.ts";
import {
  Avatar,
  buttonClass,
  EmptyState,
  ErrorState,
  Loading,
  More,
  Skeleton,
  VideoGridSkeleton,
} from "../ui/index.tsx";
import css from "./home.module.css";
import { useHomeTexts } from "./texts.ts";
import { useFreshLists } from "./use-fresh-lists.ts";
import { VideoSection } from "./video-list.tsx";

/** `/c/{handle}`: a channel with what is, was and will be on air. */
export function ChannelPage(): ReactNode {
  const handle = useParam("handle");
  const texts = useHomeTexts();
  const errorText = useErrorText();
  const { data, error, refetch } = useCall("videos.ofChannel", { params: { handle }, query: {} });
  useFreshLists("videos.ofChannel", data !== undefined);
  useTitle(data?.channel.name);
  if (data !== undefined) return <Channel key={handle} {...data} />;
  if (error === null)
    return (
      <Loading label={texts.loading}>
        <Skeleton width="16rem" height="4rem" />
        <VideoGridSkeleton />
      </Loading>
    );
  if (error.code === "not_found")
    return (
      <EmptyState
        page
        icon="search"
        title={texts.channelUnknown}
        actions={
          <a href="/" className={buttonClass()}>
            {texts.toHome}
          </a>
        }
      >
        {texts.channelUnknownAbout}
      </EmptyState>
    );
  return (
    <ErrorState page title={texts.failed} onRetry={() => void refetch()}>
      {errorText(error)}
    </ErrorState>
  );
}

function Channel({
  channel,
  live,
  upcoming,
  items,
  next,
}: AnswerOf<"videos.ofChannel">): ReactNode {
  const texts = useHomeTexts();
  const nothing = live.length + upcoming.length + items.length === 0;
  return (
    <div className={css["page"]}>
      <header className={css["channelHead"]}>
        <Avatar name={channel.name} size="l" />
        <div>
          <h1 tabIndex={-1}>{channel.name}</h1>
          <p className={css["handle"]}>@{channel.handle}</p>
        </div>
        <a href={`/c/${channel.handle}/rss.xml`} className={buttonClass({ size: "s" })}>
          {texts.feed}
        </a>
        {channel.about === "" ? null : <p className={css["channelAbout"]}>{channel.about}</p>}
      </header>
      {nothing ? (
        <EmptyState title={texts.channelEmptyTitle}>{texts.channelEmpty}</EmptyState>
      ) : null}
      <VideoSection title={texts.liveNow} videos={live} early ofChannel />
      <VideoSection title={texts.upcoming} videos={upcoming} ofChannel />
      <Videos
        key={next}
        handle={channel.handle}
        first={items}
        next={next}
        early={live.length === 0}
      />
    </div>
  );
}

/** The first page came with the channel; further ones when somebody asks for them. */
function Videos({
  handle,
  first,
  next,
  early,
}: {
  readonly handle: string;
  readonly first: AnswerOf<"videos.ofChannel">["items"];
  readonly next: string | null;
  readonly early: boolean;
}): ReactNode {
  const texts = useHomeTexts();
  const [wanted, setWanted] = useState(false);
  const pages = usePages(
    "videos.ofChannel",
    { params: { handle }, query: next === null ? {} : { cursor: next } },
    { enabled: wanted && next !== null },
  );
  const hasMore = wanted && pages.items !== undefined ? pages.hasMore : next !== null;
  return (
    <VideoSection
      title={texts.videos}
      videos={[...first, ...(wanted ? (pages.items ?? []) : [])]}
      early={early}
      ofChannel
      more={
        <More
          hasMore={hasMore}
          loading={pages.loadingMore || (wanted && pages.loading)}
          onMore={() => {
            if (wanted) pages.more();
            else setWanted(true);
          }}
        />
      }
    />
  );
}
