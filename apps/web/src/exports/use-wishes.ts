import type { ExportWish, Topic } from "@oxbow/site-contract";
import { useState } from "react";
import { useAnswers, useUpdates } from "../core/index.ts";

/**
 * Files of these channels as they are told, by id: what is newer than the lists that were asked for.
 * A file that is new, or in a new state, makes the lists be asked for again.
 */
export function useToldWishes(channels: readonly string[]): ReadonlyMap<string, ExportWish> {
  const answers = useAnswers();
  const [told, setTold] = useState<ReadonlyMap<string, ExportWish>>(new Map());
  const topics = [...new Set(channels)].map((channel): Topic => `exports:${channel}`);
  useUpdates(
    topics,
    (update) => {
      if (update.type !== "export.changed") return;
      const wish = update.data;
      answers.set("exports.get", { params: { wish: wish.id } }, wish);
      if (told.get(wish.id)?.state !== wish.state) void answers.invalidate("exports.list");
      setTold((before) => new Map(before).set(wish.id, wish));
    },
    { onLost: () => setTold(new Map()) },
  );
  return told;
}
