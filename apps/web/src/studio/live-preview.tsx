import type { AnswerOf } from "@oxbow/site-contract";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { call, useCall, useLanguage } from "../core/index.ts";
import css from "./live-preview.module.css";
import { useStudioTexts } from "./texts.ts";

type Source = NonNullable<AnswerOf<"videos.playback">["player"]>;

/** What viewers see, without sound. */
export function LivePreview({
  video,
  isLive,
}: {
  readonly video: string;
  readonly isLive: boolean;
}): ReactNode {
  const { control } = useStudioTexts();
  const asked = useCall("videos.playback", { params: { video } }, { enabled: isLive });
  const source = asked.data?.player ?? undefined;
  return (
    <div className={css["frame"]}>
      {source === undefined ? (
        <p role="status" className={css["none"]}>
          {asked.isError ? control.previewFailed : control.noPreview}
        </p>
      ) : (
        <Player key={source.hls.replace(/\/t\/[^/]+/, "")} video={video} source={source} />
      )}
    </div>
  );
}

function Player({ video, source }: { readonly video: string; readonly source: Source }): ReactNode {
  const { control } = useStudioTexts();
  const { language } = useLanguage();
  const box = useRef<HTMLDivElement>(null);
  const [hasFailed, setFailed] = useState(false);
  useEffect(() => {
    const gone = new AbortController();
    const show = async (): Promise<void> => {
      // The player is large and only needed here.
      await import("@oxbow/player/element");
      if (gone.signal.aborted) return;
      const player = document.createElement("oxbow-player");
      player.lang = language;
      player.setAttribute("autoplay", "");
      player.getToken = async () => tokenOf(video);
      player.src = source;
      box.current?.replaceChildren(player);
      if (player.video !== undefined) player.video.muted = true;
    };
    show().catch((cause: unknown) => {
      console.warn("No preview", cause);
      setFailed(true);
    });
    const place = box.current;
    return () => {
      gone.abort();
      place?.replaceChildren();
    };
    // Another address of the same stream is another token, which the player asks for itself.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [video, language]);
  return hasFailed ? (
    <p role="status" className={css["none"]}>
      {control.previewFailed}
    </p>
  ) : (
    <div ref={box} className={css["player"]} />
  );
}

/** The token in a new address of the stream. */
async function tokenOf(video: string): Promise<string> {
  const { player } = await call("videos.playback", { params: { video } });
  const token = /\/t\/([^/]+)\//.exec(player?.hls ?? "")?.[1];
  if (token === undefined) throw new Error("There is no token");
  return token;
}
