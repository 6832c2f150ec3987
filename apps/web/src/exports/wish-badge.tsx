import type { ExportWish } from "@oxbow/site-contract";
import type { ReactNode } from "react";
import { Badge, type Tone } from "../ui/index.tsx";
import { useExportTexts } from "./texts.ts";

const tones: Readonly<Record<ExportWish["state"], Tone>> = {
  asking: "accent",
  queued: "accent",
  running: "accent",
  retrying: "warn",
  ready: "good",
  failed: "bad",
  aborted: "neutral",
};

/** Where a file is in its life, in a word. */
export function WishBadge({ state }: Pick<ExportWish, "state">): ReactNode {
  const texts = useExportTexts();
  return (
    <Badge tone={tones[state]} dot={state === "running"}>
      {texts.states[state]}
    </Badge>
  );
}
