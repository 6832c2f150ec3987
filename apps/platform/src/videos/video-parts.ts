import type { Client } from "@oxbow/sdk";
import type { Playback } from "../playback/index.ts";
import type { Store } from "../store/index.ts";
import type { World } from "../world.ts";
import type { ViewerCounts } from "./viewer-counts.ts";

/** What the operations of videos need. */
export type VideoParts = {
  readonly store: Store;
  readonly world: World;
  readonly media: Client;
  readonly playback: Pick<Playback, "of" | "ensureSigned">;
  readonly viewers: Pick<ViewerCounts, "of">;
};
