import type { PlaybackState } from "@oxbow/player/element";
import type { Video } from "@oxbow/site-contract";
import type { ReactNode } from "react";
import { useFormats, useNow } from "../core/index.ts";
import { Badge, type Tone } from "../ui/index.tsx";
import { useWatchTexts } from "./texts.ts";

type At = PlaybackState["at"] | undefined;

/** What this viewer sees is still live to them, though the broadcast is over. */
const seesLive = (at: At): boolean => at === "live" || at === "behind" || at === "buffering";

/** The state of a video, as far as this viewer has seen it. */
export function StateBadge({
  video,
  at,
  playsLive,
}: {
  readonly video: Video;
  readonly at: At;
  /** The player plays what is, or was, on air. */
  readonly playsLive: boolean;
}): ReactNode {
  const texts = useWatchTexts();
  const state = playsLive && seesLive(at) && video.state === "ended" ? "live" : video.state;
  const over = video.source === "none" || (playsLive && (at === "ended" || at === "preparing"));
  const shown: Readonly<Record<Video["state"], readonly [Tone, string] | undefined>> = {
    planned: ["accent", texts.planned],
    live: ["live", texts.live],
    interrupted: ["warn", texts.interrupted],
    ended: over && video.kind === "broadcast" ? ["neutral", texts.ended] : undefined,
  };
  const [tone, word] = shown[state] ?? [];
  return (
    <>
      {tone === undefined ? null : (
        <Badge tone={tone} dot={state === "interrupted"}>
          {word}
        </Badge>
      )}
      {video.visibility === "public" ? null : <Badge>{texts[video.visibility]}</Badge>}
    </>
  );
}

/** Viewers, and when it was: one line. */
export function VideoFacts({ video }: { readonly video: Video }): ReactNode {
  const texts = useWatchTexts();
  const formats = useFormats();
  const now = useNow();
  const { from, publishedAt, viewers, state, kind } = video;
  const facts = [
    ...(viewers === null || state === "ended" ? [] : [texts.viewers(viewers)]),
    ...(kind === "broadcast" && from !== null
      ? [texts.broadcastOn(formats.dateTime(from))]
      : publishedAt === null
        ? []
        : [texts.published(formats.relative(publishedAt, now))]),
  ];
  return <>{facts.join(" · ")}</>;
}
