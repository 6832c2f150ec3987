import type { AnswerOf } from "@oxbow/site-contract";
import type { Caller, HandlersOf } from "../calls/index.ts";
import { channelById } from "../channels/index.ts";
import type { Store } from "../store/index.ts";
import { ban, bansOf, unban } from "./bans.ts";
import { deleteMessage } from "./delete-message.ts";
import { history, replay } from "./messages.ts";
import { addModerator, moderatorsOf, removeModerator } from "./moderators.ts";
import { reportMessage, resolveReports } from "./report-message.ts";
import { openReports } from "./reports.ts";
import { type ChatParts, isOver, moderatedBy, roleIn, roomFor, standingIn } from "./room.ts";
import { send } from "./send.ts";
import { changeSettings, settingsFor } from "./settings.ts";

/** The operations of chat. */
export function chatHandlers(parts: ChatParts): HandlersOf<"chat"> {
  const { store, world } = parts;
  const { db } = store;
  return {
    "chat.room": ({ params, caller }) => room(parts, caller, params.video),
    "chat.history": async ({ params, query, caller }) => {
      const { video } = await roomFor(db, caller, params.video);
      return history(db, video.id, query);
    },
    "chat.replay": async ({ params, query, caller }) => {
      const { video } = await roomFor(db, caller, params.video);
      return replay(db, video.id, query);
    },
    "chat.send": ({ params, body, caller }) => send(parts, caller, params.video, body),
    "chat.delete": ({ params, caller }) => deleteMessage(parts, caller, params.message).then(none),
    "chat.report": ({ params, body, caller }) =>
      reportMessage(parts, caller, params.message, body).then(none),
    "chat.resolve": ({ params, body, caller }) =>
      resolveReports(parts, caller, params.message, body).then(none),
    "chat.settings": ({ params, caller }) => settingsFor(parts, caller, params.channel),
    "chat.changeSettings": ({ params, body, caller }) =>
      changeSettings(parts, caller, params.channel, body),
    "chat.reports": async ({ params, query, caller }) => {
      const { channel } = await moderatedBy(db, caller, params.channel);
      return openReports(db, channel.id, query);
    },
    "chat.bans": async ({ params, query, caller }) => {
      const { channel } = await moderatedBy(db, caller, params.channel);
      return bansOf(db, world, channel.id, query);
    },
    "chat.timeout": ({ params, body, caller }) => ban(parts, caller, params.channel, body),
    "chat.ban": ({ params, body, caller }) => ban(parts, caller, params.channel, body),
    "chat.unban": ({ params, caller }) =>
      unban(parts, caller, params.channel, params.person).then(none),
    "chat.moderators": async ({ params, caller }) => {
      const { channel } = await moderatedBy(db, caller, params.channel);
      return { items: await moderatorsOf(db, channel.id), next: null };
    },
    "chat.addModerator": ({ params, body, caller }) =>
      addModerator(parts, caller, params.channel, body),
    "chat.removeModerator": ({ params, caller }) =>
      removeModerator(parts, caller, params.channel, params.person).then(none),
  };
}

const none = (): undefined => undefined;

async function room(
  { store, world }: ChatParts,
  caller: Caller,
  id: string,
): Promise<AnswerOf<"chat.room">> {
  const { video, channel, rules } = await roomFor(store.db, caller, id);
  const { person } = caller;
  const standing =
    person === null ? null : await standingIn(store.db, { channel, rules }, person, world.now());
  return {
    video: video.id,
    channel: channel.id,
    rules: { on: rules.on, slowSeconds: rules.slowSeconds },
    open: !isOver(video),
    standing,
  };
}

/** Whether somebody moderates the rooms of a channel: who may listen to `moderation:{channel}`. */
export async function mayModerateChannel(
  { db }: Pick<Store, "db">,
  { person }: Caller,
  id: string,
): Promise<boolean> {
  const channel = await channelById(db, id);
  if (channel === undefined || person === null) return false;
  return (await roleIn(db, person, channel)) !== null;
}
