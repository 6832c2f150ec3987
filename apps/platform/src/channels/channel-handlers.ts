import type { Client } from "@oxbow/sdk";
import type { Channel, Publishing } from "@oxbow/site-contract";
import { SiteFault } from "@oxbow/site-contract";
import { audit, peopleOf } from "../accounts/index.ts";
import type { Caller, HandlersOf } from "../calls/index.ts";
import { mediaFault } from "../media/index.ts";
import type { Store } from "../store/index.ts";
import type { World } from "../world.ts";
import {
  type ChannelRow,
  channelByHandle,
  channelFor,
  channelOf,
  timeText,
  toChannel,
} from "./channel-row.ts";
import { createChannel, updateChannel } from "./create-channel.ts";
import { handOver } from "./hand-over.ts";
import type { HealthSampler } from "./health-sampler.ts";
import { listChannels } from "./list-channels.ts";
import { prepareSoon, schedulePrepareSoon } from "./prepare-next.ts";
import { provideStream } from "./provide-stream.ts";
import { noteOwnerAddress, rejectedAttempts } from "./rejected-attempts.ts";
import { publishingOf, resetKey, revealKey } from "./stream-key.ts";

export type ChannelParts = {
  readonly store: Store;
  readonly world: World;
  readonly media: Client;
  readonly health: HealthSampler;
  /** The synthetic encoder of a channel. */
  readonly testOf: (channel: string) => Promise<Publishing["test"]>;
};

type TestOperations = "channels.startTest" | "channels.stopTest";

/** The operations of channels, but for those of the synthetic encoder. */
export function channelHandlers(on: ChannelParts): Omit<HandlersOf<"channels">, TestOperations> {
  const { store, health, testOf } = on;
  const find = (caller: Caller, id: string): Promise<ChannelRow> =>
    channelFor(store.db, caller.person, id);
  return {
    "channels.list": ({ query }) => listChannels(store.db, query),
    "channels.mine": async ({ caller }) => {
      const row = await channelOf(store.db, personOf(caller).id);
      return { channel: row === undefined ? null : await show(store, row) };
    },
    "channels.view": async ({ params }) => {
      const row = await channelByHandle(store.db, params.handle);
      if (row === undefined) throw new SiteFault("not_found", "There is no such channel");
      const { id, handle, name, about, created_at } = row;
      return { id, handle, name, about, createdAt: timeText(created_at) };
    },
    "channels.create": ({ body, caller }) => create(on, caller, body),
    "channels.update": async ({ params, body, caller }) =>
      update(on, caller, await find(caller, params.channel), body),
    "channels.handOver": async ({ params, body, caller }) =>
      show(store, await handOver(on, caller, params.channel, body.person)),
    "channels.publishing": async ({ params, caller }) => {
      const row = await find(caller, params.channel);
      const [told, test] = await Promise.all([
        ofMedia(() => publishingOf(on.media, row)),
        testOf(row.id),
      ]);
      return { ...told, test };
    },
    "channels.revealKey": async ({ params, caller }) => {
      const row = await find(caller, params.channel);
      return ofMedia(() => revealKey(on.media, row));
    },
    "channels.resetKey": async ({ params, caller }) =>
      reset(on, caller, await find(caller, params.channel)),
    "channels.rejected": async ({ params, caller }) => {
      const row = await find(caller, params.channel);
      if (row.owner === caller.person?.id) {
        await store.commit((tx) => noteOwnerAddress(tx, on.world, row.id, caller.address));
      }
      return { items: await rejectedAttempts(store.db, row.id, caller.address) };
    },
    "channels.health": async ({ params, caller }) => {
      const row = await find(caller, params.channel);
      return ofMedia(() => health.health(row));
    },
  };
}

async function create(
  on: ChannelParts,
  caller: Caller,
  body: Parameters<typeof createChannel>[3],
): Promise<Channel> {
  const { store, world } = on;
  const person = personOf(caller);
  const { id } = await store.commit(async (tx) => {
    const row = await createChannel(tx, world, person, body);
    const detail = { handle: row.handle };
    const { address } = caller;
    await audit(tx, world, { person, action: "channel.created", about: row.id, detail, address });
    return row;
  });
  try {
    await provideStream(on, id);
  } catch (error) {
    // The task that was written down with the channel makes it.
    world.log.warn({ err: error, channel: id }, "the stream of a channel is not made yet");
  }
  const row = await channelFor(store.db, caller.person, id);
  return show(store, row);
}

async function update(
  on: ChannelParts,
  caller: Caller,
  before: ChannelRow,
  body: Parameters<typeof updateChannel>[3],
): Promise<Channel> {
  const { store, world } = on;
  const row = await store.commit(async (tx) => {
    const changed = await updateChannel(tx, world, before, body);
    if (body.defaults !== undefined) await schedulePrepareSoon(tx, world, before.id);
    const { person, address } = caller;
    const detail = { changed: Object.keys(body) };
    await audit(tx, world, {
      person,
      action: "channel.changed",
      about: before.id,
      detail,
      address,
    });
    return changed;
  });
  if (body.defaults !== undefined) await prepareSoon(on, before.id);
  return show(store, row);
}

async function reset(on: ChannelParts, caller: Caller, row: ChannelRow) {
  const key = await ofMedia(() => resetKey(on.media, row));
  await on.store.commit((tx) =>
    audit(tx, on.world, {
      person: caller.person,
      action: "channel.key_reset",
      about: row.id,
      address: caller.address,
    }),
  );
  return key;
}

async function show(store: Store, row: ChannelRow): Promise<Channel> {
  const owners = await peopleOf(store.db, [row.owner]);
  return toChannel(row, owners.get(row.owner)?.name ?? "");
}

function personOf(caller: Caller): NonNullable<Caller["person"]> {
  if (caller.person === null) throw new SiteFault("not_signed_in", "Sign in first");
  return caller.person;
}

/** Tells what the media server refuses as the site does. */
async function ofMedia<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    throw mediaFault(error);
  }
}
