import type { Client } from "@oxbow/sdk";
import { z } from "zod";
import type { Store } from "../store/index.ts";
import type { TaskHandlers } from "../tasks/index.ts";
import type { World } from "../world.ts";
import { PROVIDE_STREAM, provideStream } from "./provide-stream.ts";

/** What channels have to do on the media server, surely. */
export function channelTasks(on: {
  readonly store: Store;
  readonly world: World;
  readonly media: Client;
}): TaskHandlers {
  return { [PROVIDE_STREAM]: (payload) => provideStream(on, z.string().parse(payload)) };
}
