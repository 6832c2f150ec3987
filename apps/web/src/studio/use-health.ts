import type { AnswerOf } from "@oxbow/site-contract";
import { useAnswers, useCall, useUpdates } from "../core/index.ts";

export type ChannelHealth = AnswerOf<"channels.health">;

/** Five minutes at a sample every two seconds. */
const MOST = 150;

/** A channel's health as it is now: asked for once, then told by gauges while the page is open. */
export function useHealth(channel: string) {
  const answers = useAnswers();
  const input = { params: { channel } };
  const asked = useCall("channels.health", input, { staleTime: 10_000 });
  useUpdates([`channel:${channel}`], () => undefined, {
    onGauge: (gauge) => {
      if (gauge.type !== "channel.health") return;
      const { sample, ...now } = gauge.data;
      answers.set("channels.health", input, (before) => {
        const known = before?.series ?? [];
        const isNew = known.at(-1)?.at !== sample.at;
        return { ...now, series: (isNew ? [...known, sample] : known).slice(-MOST) };
      });
    },
  });
  return asked;
}
