import { type BodyOf, SiteFault } from "@oxbow/site-contract";
import { audit } from "../accounts/index.ts";
import type { Caller } from "../calls/index.ts";
import { deleteMessage, messageFor } from "./delete-message.ts";
import { noteReport, requireReportable, settleReports } from "./reports.ts";
import { type ChatParts, moderatedBy } from "./room.ts";

/** So many people report a message before an operator is called, as nobody of the channel has looked. */
const CALL_AT = 3;

/** Reports a message to the channel's moderators. */
export async function reportMessage(
  { store, world, callOperator }: ChatParts,
  caller: Caller,
  id: string,
  report: BodyOf<"chat.report">,
): Promise<void> {
  await store.commit(async (tx) => {
    const message = await messageFor(tx, caller, id);
    const reporter = requireReportable(caller, message);
    const { channel, video } = message;
    const noted = await noteReport(tx, world, { message: id, channel, reporter, ...report });
    if (noted.isNew && noted.count === CALL_AT) {
      await callOperator(tx, { message: id, channel, video, count: noted.count });
    }
  });
}

/** A moderator has looked at a reported message: it goes, or stays. */
export async function resolveReports(
  parts: ChatParts,
  caller: Caller,
  id: string,
  { remove }: BodyOf<"chat.resolve">,
): Promise<void> {
  const { store, world } = parts;
  const row = await messageFor(store.db, caller, id);
  const { person } = await moderatedBy(store.db, caller, row.channel);
  if (remove) return deleteMessage(parts, caller, id);
  await store.commit(async (tx) => {
    const message = await messageFor(tx, caller, id);
    if (message.deleted_at !== null) throw new SiteFault("gone", "This message was deleted");
    await audit(tx, world, {
      person,
      action: "chat.report_dismissed",
      about: id,
      detail: { channel: message.channel },
      address: caller.address,
    });
    await settleReports(tx, world, message);
  });
}
