import type { OxbowPlayer, PlaybackState } from "@oxbow/player/element";
import type { Video, VideoPlayback } from "@oxbow/site-contract";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { call, useLanguage } from "../core/index.ts";
import css from "./watch-page.module.css";

export type PlayerFrameProps = {
  readonly video: Video;
  readonly playback: VideoPlayback;
  /** Begins by itself: what is live, and what the viewer has waited for. */
  readonly autoplay: boolean;
  /** `t` of the address. */
  readonly start: string | null;
  readonly onState: (at: PlaybackState["at"]) => void;
  /** The element, when it is there. */
  readonly onPlayer: (player: OxbowPlayer | undefined) => void;
};

/** States in which the viewer has something to lose by another source. */
const WATCHING: ReadonlySet<PlaybackState["at"]> = new Set<PlaybackState["at"]>([
  "live",
  "behind",
  "buffering",
  "interrupted",
  "disconnected",
  "unreachable",
  "ended",
  "preparing",
  "vod",
]);

const tokenIn = (url: string): string | undefined => /\/t\/([^/]+)\//.exec(url)?.[1];

/** A token that is valid now, for the player, which asks before the one it has ends. */
async function freshToken(video: string): Promise<string> {
  const { player } = await call("videos.playback", { params: { video } });
  const token = player === null ? undefined : tokenIn(player.hls);
  if (token === undefined) throw new Error("The video needs no token any more");
  return token;
}

/**
 * The player and its place, which is there before its script is. Whoever watches is never moved: when the
 * video plays from another source, that is offered when this viewer has seen the end.
 */
export function PlayerFrame(props: PlayerFrameProps): ReactNode {
  const { playback } = props;
  const [ready, setReady] = useState(false);
  // The one that the first HTML shows: with another token it would be fetched again.
  const [poster] = useState(playback.player?.poster);
  useEffect(() => {
    let wanted = true;
    import("@oxbow/player/element").then(
      () => wanted && setReady(true),
      (error: unknown) => console.error("The player could not be loaded", error),
    );
    return () => {
      wanted = false;
    };
  }, []);
  return (
    <div className={css["stage"]}>
      {poster === undefined ? null : (
        <img
          className={css["poster"]}
          src={poster}
          alt=""
          width={1280}
          height={720}
          fetchPriority="high"
        />
      )}
      {ready && playback.player !== null ? <Player {...props} /> : null}
    </div>
  );
}

/** The next source begins where this one is. */
function goOnHere(player: OxbowPlayer): void {
  const here = player.wallClock ?? player.video?.currentTime;
  if (here !== undefined && player.state.at !== "live")
    player.setAttribute("start", String(Math.floor(here)));
}

function Player(props: PlayerFrameProps): ReactNode {
  const { video, playback, autoplay, start, onState, onPlayer } = props;
  const { language } = useLanguage();
  const ref = useRef<OxbowPlayer>(null);
  const shown = useRef<{ readonly key: string; readonly signed: boolean }>(undefined);
  const source = playback.player;

  useEffect(() => {
    const player = ref.current;
    if (player === null) return undefined;
    player.getToken = () => freshToken(video.id);
    const tell = (): void => onState(player.state.at);
    player.addEventListener("statechange", tell);
    onPlayer(player);
    return () => {
      player.removeEventListener("statechange", tell);
      onPlayer(undefined);
    };
  }, [video.id, onState, onPlayer]);

  const key = source === null ? undefined : `${source.kind} ${source.id} ${source.broadcast ?? ""}`;
  const signed = source !== null && tokenIn(source.hls) !== undefined;
  useEffect(() => {
    const player = ref.current;
    if (player === null || source === null || key === undefined) return;
    const before = shown.current;
    // With another token it is the same: the player asks for tokens by itself.
    if (before?.key === key && before.signed === signed) return;
    shown.current = { key, signed };
    if (before?.key === key) goOnHere(player);
    const watches = before !== undefined && before.key !== key && WATCHING.has(player.state.at);
    if (watches) player.offerRecording(source);
    else player.src = source;
    // oxlint-disable-next-line react/exhaustive-deps
  }, [key, signed]);

  return (
    <oxbow-player
      ref={ref}
      class={css["player"]}
      lang={language}
      link={`${location.origin}/watch/${video.id}`}
      {...(autoplay ? { autoplay: "" } : {})}
      {...(start === null ? {} : { start })}
    />
  );
}
