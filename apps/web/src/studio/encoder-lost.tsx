import type { ReactNode } from "react";
import { useFormats, useNow } from "../core/index.ts";
import { Notice } from "../ui/index.tsx";
import { useStudioTexts } from "./texts.ts";
import type { ChannelHealth } from "./use-health.ts";

/** Why the encoder is gone; undefined where it is not, or left as it should. */
export function useLostWords(health: ChannelHealth | undefined): string | undefined {
  const { ends } = useStudioTexts();
  const lost = health?.issues.find(({ code }) => code === "encoderLost");
  if (lost === undefined) return undefined;
  const { reason } = lost.params;
  return Object.entries(ends).find(([end]) => end === reason)?.[1] ?? ends.lost;
}

/** The broadcast waits for its encoder: why, what to do, and for how long it will. */
export function EncoderLost({ health }: { readonly health: ChannelHealth | undefined }): ReactNode {
  const { control } = useStudioTexts();
  const formats = useFormats();
  const now = useNow(1_000);
  const words = useLostWords(health);
  const ends = health?.issues.find(({ code }) => code === "encoderLost")?.params["windowEnds"];
  const left = typeof ends === "string" ? Math.ceil((Date.parse(ends) - now) / 1000) : undefined;
  return (
    <Notice tone="warn" title={control.interrupted}>
      {left === undefined || left <= 0 ? null : (
        // Its change is not to be read out each second.
        <p aria-live="off">{control.endsIn(formats.duration(left))}</p>
      )}
      <p>{words}</p>
      <p>{control.interruptedAbout}</p>
    </Notice>
  );
}
