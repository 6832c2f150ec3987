import type { ReactNode } from "react";
import { includesRole, useCall, useErrorText, useSession, useTitle } from "../core/index.ts";
import { buttonClass, EmptyState, ErrorState, Loading, VideoGridSkeleton } from "../ui/index.tsx";
import css from "./home.module.css";
import { useHomeTexts } from "./texts.ts";
import { useFreshLists } from "./use-fresh-lists.ts";
import { VideoSection } from "./video-list.tsx";

/** `/`: what is on air, what comes, and what was. */
export function HomePage(): ReactNode {
  const texts = useHomeTexts();
  const errorText = useErrorText();
  const { data, error, refetch } = useCall("videos.home", {});
  useFreshLists("videos.home", data !== undefined);
  useTitle("");
  if (data === undefined && error !== null)
    return (
      <ErrorState page title={texts.failed} onRetry={() => void refetch()}>
        {errorText(error)}
      </ErrorState>
    );
  if (data === undefined)
    return (
      <Loading label={texts.loading}>
        <VideoGridSkeleton />
      </Loading>
    );
  const { live, upcoming, recent } = data;
  if (live.length + upcoming.length + recent.length === 0) return <NothingYet />;
  return (
    <div className={css["page"]}>
      <h1 className="visually-hidden" tabIndex={-1}>
        {texts.home}
      </h1>
      <VideoSection title={texts.liveNow} videos={live} early />
      <VideoSection title={texts.upcoming} videos={upcoming} />
      <VideoSection title={texts.recent} videos={recent} early={live.length === 0} />
    </div>
  );
}

/** A new site: says what comes here, and leads on who can bring it. */
function NothingYet(): ReactNode {
  const texts = useHomeTexts();
  const { ready, person, role } = useSession();
  const streams = includesRole(role, "streamer");
  return (
    <EmptyState
      page
      icon="broadcast"
      title={texts.emptyTitle}
      actions={
        streams ? (
          <a href="/studio" className={buttonClass({ variant: "primary" })}>
            {texts.toStudio}
          </a>
        ) : ready && person === null ? (
          <a href="/sign-in" className={buttonClass({ variant: "primary" })}>
            {texts.signIn}
          </a>
        ) : undefined
      }
    >
      {streams ? texts.emptyStreamer : texts.emptyViewer}
    </EmptyState>
  );
}
