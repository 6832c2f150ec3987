import type { OxbowPlayer, PlaybackState } from "@oxbow/player/element";
import type { VideoPage } from "@oxbow/site-contract";
import { lazy, type ReactNode, Suspense, useCallback, useState } from "react";
import { useParam, useTitle } from "../core/index.ts";
import { Avatar, Button, buttonClass, classNames, Icon, Loading, Skeleton } from "../ui/index.tsx";
import { clockOf } from "./clock-of.ts";
import { MissingVideo } from "./missing-video.tsx";
import { PlayerFrame } from "./player-frame.tsx";
import { ShareDialog } from "./share-dialog.tsx";
import { useWatchTexts } from "./texts.ts";
import { useWatchedVideo } from "./use-watched-video.ts";
import { VideoDescription } from "./video-description.tsx";
import { StateBadge, VideoFacts } from "./video-facts.tsx";
import { VideoMoments } from "./video-moments.tsx";
import { WaitingPanel } from "./waiting-panel.tsx";
import css from "./watch-page.module.css";

const Chat = lazy(async () => ({ default: (await import("../chat/index.tsx")).Chat }));

/** `/watch/{video}`: one page for the whole life of a broadcast. */
export function WatchPage(): ReactNode {
  const id = useParam("video");
  // Another video is another page: nothing of this one stays.
  return <Watched key={id} id={id} />;
}

function Watched({ id }: { readonly id: string }): ReactNode {
  const texts = useWatchTexts();
  const { page, error, removed, retry } = useWatchedVideo(id);
  if (removed || (page === undefined && error !== null))
    return <MissingVideo error={error} removed={removed} onRetry={retry} />;
  if (page === undefined)
    return (
      <Loading label={texts.loading}>
        <div className={css["page"]}>
          <div className={css["main"]}>
            <div className={css["stage"]} />
            <Skeleton width="60%" height="2rem" />
            <Skeleton width="35%" />
          </div>
        </div>
      </Loading>
    );
  return <VideoShown page={page} />;
}

function VideoShown({ page }: { readonly page: VideoPage }): ReactNode {
  const { video, playback } = page;
  const texts = useWatchTexts();
  useTitle(video.title);
  const [player, setPlayer] = useState<OxbowPlayer | undefined>();
  const [at, setAt] = useState<PlaybackState["at"] | undefined>();
  // Who has waited for the beginning, or came to what is live, is shown it at once.
  const [autoplay] = useState(video.state !== "ended");
  const [start] = useState(() => new URLSearchParams(location.search).get("t"));
  const [livePage, setLivePage] = useState(false);
  const [last, setLast] = useState(playback.player === null ? undefined : playback);
  if (playback.player !== null && playback !== last) setLast(playback);
  if (playback.player?.kind === "live" && !livePage) setLivePage(true);
  // What plays goes on although the site has nothing more to offer: the viewer is not cut off.
  const shown = playback.player === null ? last : playback;
  const position = useCallback(() => {
    if (player === undefined) return null;
    const seconds = player.video?.currentTime ?? 0;
    const clock = video.cut === null ? player.wallClock : clockOf(video.cut, seconds);
    return clock === undefined ? null : Math.round(clock);
  }, [player, video.cut]);
  return (
    <div className={classNames(css["page"], video.chat && css["withChat"])}>
      <div className={css["main"]}>
        {shown === undefined ? (
          <WaitingPanel video={video} />
        ) : (
          <PlayerFrame
            video={video}
            playback={shown}
            autoplay={autoplay}
            start={start}
            onState={setAt}
            onPlayer={setPlayer}
          />
        )}
        <VideoWords page={page} player={player} at={at} playsLive={livePage} />
      </div>
      {video.chat ? (
        <div className={css["chat"]}>
          <Suspense fallback={<Loading label={texts.chat} />}>
            <Chat video={video} position={position} />
          </Suspense>
        </div>
      ) : null}
    </div>
  );
}

function VideoWords({
  page: { video, playback, may },
  player,
  at,
  playsLive,
}: {
  readonly page: VideoPage;
  readonly player: OxbowPlayer | undefined;
  readonly at: PlaybackState["at"] | undefined;
  readonly playsLive: boolean;
}): ReactNode {
  const texts = useWatchTexts();
  const { channel } = video;
  return (
    <>
      <header className={css["head"]}>
        <div className={css["badges"]}>
          <StateBadge video={video} at={at} playsLive={playsLive} />
        </div>
        <h1 tabIndex={-1}>{video.title}</h1>
        <div className={css["line"]}>
          <a href={`/c/${channel.handle}`} className={css["channel"]}>
            <Avatar name={channel.name} />
            <span>{channel.name}</span>
          </a>
          <p className={css["facts"]}>
            <VideoFacts video={video} />
          </p>
          <Actions video={video} download={playback.download} edit={may.edit} player={player} />
        </div>
      </header>
      <VideoMoments
        video={video}
        onGo={
          player === undefined
            ? undefined
            : (moment) => {
                player.seekTo(moment);
                player.scrollIntoView({ block: "nearest" });
              }
        }
      />
      <section aria-label={texts.about} className={css["about"]}>
        {video.description === "" ? (
          <p className={css["facts"]}>{texts.noDescription}</p>
        ) : (
          <VideoDescription text={video.description} />
        )}
      </section>
    </>
  );
}

function Actions({
  video,
  download,
  edit,
  player,
}: {
  readonly video: VideoPage["video"];
  readonly download: string | null;
  readonly edit: boolean;
  readonly player: OxbowPlayer | undefined;
}): ReactNode {
  const texts = useWatchTexts();
  const [sharing, setSharing] = useState<{ here: string | undefined } | undefined>();
  return (
    <div className={css["actions"]}>
      <Button
        icon="share"
        aria-haspopup="dialog"
        onClick={() => setSharing({ here: player?.linkHere })}
      >
        {texts.share}
      </Button>
      {download === null || video.source !== "file" ? null : (
        <a href={download} download className={buttonClass()}>
          <Icon name="download" /> {texts.download}
        </a>
      )}
      {edit ? (
        <a
          href={video.state === "ended" ? `/studio/recordings/${video.id}` : "/studio/live"}
          className={buttonClass()}
        >
          <Icon name="edit" /> {texts.manage}
        </a>
      ) : null}
      {sharing === undefined ? null : (
        <ShareDialog video={video} here={sharing.here} onClose={() => setSharing(undefined)} />
      )}
    </div>
  );
}
