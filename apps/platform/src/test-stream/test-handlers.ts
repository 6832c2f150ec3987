import { audit } from "../accounts/index.ts";
import type { HandlersOf } from "../calls/index.ts";
import { channelFor } from "../channels/index.ts";
import type { Store } from "../store/index.ts";
import type { World } from "../world.ts";
import type { TestStreams } from "./test-streams.ts";

/** The operations of the synthetic encoder. */
export function testStreamHandlers(on: {
  readonly store: Store;
  readonly world: World;
  readonly tests: TestStreams;
}): Pick<HandlersOf<"channels">, "channels.startTest" | "channels.stopTest"> {
  const { store, world, tests } = on;
  return {
    "channels.startTest": async ({ params, caller }) => {
      const channel = await channelFor(store.db, caller.person, params.channel);
      const started = await tests.start(channel);
      const { person, address } = caller;
      const act = { person, action: "channel.test_started", about: channel.id, address };
      try {
        await store.commit((tx) => audit(tx, world, act));
      } catch (error) {
        // The call fails, so nothing may run.
        await tests.stop(channel.id);
        throw error;
      }
      return started;
    },
    "channels.stopTest": async ({ params, caller }) => {
      const channel = await channelFor(store.db, caller.person, params.channel);
      await tests.stop(channel.id);
      return undefined;
    },
  };
}
