import type { Client } from "@oxbow/sdk";
import { z } from "zod";
import type { Store } from "../store/index.ts";
import type { TaskHandlers } from "../tasks/index.ts";
import type { World } from "../world.ts";
import { PREPARE_NEXT, runPrepareNext } from "./prepare-next.ts";
import { PROVIDE_STREAM, provideStream } from "./provide-stream.ts";

/** A stream that is missing, or set for another broadcast, is of no use: it is tried for a year, every few minutes. */
const ATTEMPTS = 100_000;

/** What channels have to do on the media server, surely. */
export function channelTasks(on: {
  readonly store: Store;
  readonly world: World;
  readonly media: Client;
}): TaskHandlers {
  const run = (payload: unknown): Promise<void> => provideStream(on, z.string().parse(payload));
  return {
    [PROVIDE_STREAM]: { run, attempts: ATTEMPTS },
    [PREPARE_NEXT]: {
      run: (payload, _attempt, signal) => runPrepareNext(on, z.string().parse(payload), signal),
      attempts: ATTEMPTS,
    },
  };
}
