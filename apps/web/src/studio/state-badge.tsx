import type { ReactNode } from "react";
import { Badge } from "../ui/index.tsx";
import { useStudioTexts } from "./texts.ts";
import type { StudioVideo } from "./use-channel.ts";

/** What a video is now, in a word. */
export function StateBadge({ video }: { readonly video: StudioVideo }): ReactNode {
  const { states, recordings: texts } = useStudioTexts();
  const { state, source, kind, preparing } = video;
  if (state === "live") {
    return (
      <Badge tone="live" dot>
        {states.live}
      </Badge>
    );
  }
  if (state === "interrupted") return <Badge tone="warn">{states.interrupted}</Badge>;
  if (state === "planned") return <Badge tone="accent">{states.planned}</Badge>;
  if (source === "none") {
    return (
      <Badge tone={preparing ? "accent" : "neutral"}>
        {preparing ? texts.preparing : texts.sources.none}
      </Badge>
    );
  }
  if (kind === "clip") return <Badge tone="good">{texts.clip}</Badge>;
  if (kind === "film") return <Badge tone="good">{texts.film}</Badge>;
  return <Badge tone={source === "file" ? "good" : "neutral"}>{texts.sources[source]}</Badge>;
}
