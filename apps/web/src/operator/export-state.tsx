import type { ExportWish } from "@oxbow/site-contract";
import type { ReactNode } from "react";
import { Badge, Progress, type Tone } from "../ui/index.tsx";
import css from "./operator.module.css";
import { useOperatorTexts } from "./texts.ts";

const tones: Readonly<Record<ExportWish["state"], Tone>> = {
  asking: "neutral",
  queued: "neutral",
  running: "accent",
  retrying: "warn",
  ready: "good",
  failed: "bad",
  aborted: "neutral",
};

/** How far a wish is. */
export function ExportState({ wish }: { readonly wish: ExportWish }): ReactNode {
  const texts = useOperatorTexts().exports;
  return (
    <span className={css["bars"]}>
      <span>
        <Badge tone={tones[wish.state]} dot={wish.state === "running"}>
          {texts.states[wish.state]}
        </Badge>
      </span>
      {wish.state === "running" ? (
        <Progress label={texts.progress(wish.title)} value={wish.progress.percent} />
      ) : null}
    </span>
  );
}
