import type { Event } from "@oxbow/sdk";
import type { Store } from "../store/index.ts";
import { storeTest, type TestWorld } from "../store/store-for-tests.ts";
import { createInbox } from "./create-inbox.ts";
import type { EventProjection } from "./event-projection.ts";
import type { Inbox, InboxOptions, Receipt } from "./inbox.ts";
import { type MediaServerForTests, mediaServerForTests } from "./media-server-for-tests.ts";

export const HOOK = "http://127.0.0.1:3000/hooks/media";

export type InboxOn = {
  readonly store: Store;
  readonly world: TestWorld;
  readonly server: MediaServerForTests;
  /** Events that the projection was given, in order. */
  readonly seen: string[];
  readonly open: (more?: Partial<InboxOptions>) => Inbox;
};

/** A test of an inbox whose one projection takes progress of exports. */
export function inboxTest(name: string, body: (on: InboxOn) => Promise<void>): void {
  storeTest(name, async ({ store, world }) => {
    await using server = await mediaServerForTests(world);
    const seen: string[] = [];
    const projection: EventProjection = {
      types: ["dvr_mp4_export_progress"],
      apply: async (_, event) => void seen.push(event.id),
    };
    const open = (more: Partial<InboxOptions> = {}) =>
      createInbox({
        store,
        world,
        client: server.client,
        projections: { seen: projection },
        ...more,
      });
    await body({ store, world, server, seen, open });
  });
}

/** The event comes by webhook, signed. */
export function receive(inbox: Inbox, on: InboxOn, event: Event): Promise<Receipt> {
  const { body, headers } = on.server.webhook(event);
  return inbox.receive(body, headers);
}
