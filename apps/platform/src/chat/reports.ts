import type { AnswerOf, BodyOf, ChatReport } from "@oxbow/site-contract";
import { ReportReason, SiteFault } from "@oxbow/site-contract";
import { type Caller, numberPlace, pageOf } from "../calls/index.ts";
import type { Tx } from "../store/index.ts";
import { tellUpdate } from "../updates/index.ts";
import type { World } from "../world.ts";
import { toMessage } from "./messages.ts";
import type { Db } from "./room.ts";

/** Notes of one message that moderators are shown. */
const NOTES = 10;

/** Notes a report; the second of a person counts for nothing. */
export async function noteReport(
  tx: Tx,
  world: World,
  report: {
    readonly message: string;
    readonly channel: string;
    readonly reporter: string;
  } & BodyOf<"chat.report">,
): Promise<{ readonly count: number; readonly isNew: boolean }> {
  const row = await tx
    .insertInto("chat_reports")
    .values({ ...report, at: world.now(), resolved_at: null })
    .onConflict((conflict) => conflict.doNothing())
    .returning("message")
    .executeTakeFirst();
  const { count } = await tx
    .selectFrom("chat_reports")
    .select((one) => one.fn.countAll<number>().as("count"))
    .where("message", "=", report.message)
    .where("resolved_at", "is", null)
    .executeTakeFirstOrThrow();
  if (row !== undefined) await tellQueue(tx, world, report.channel);
  return { count, isNew: row !== undefined };
}

/** The reports of a message have been looked at, or it is gone. */
export async function settleReports(
  tx: Tx,
  world: World,
  message: { readonly id: string; readonly channel: string },
): Promise<void> {
  const settled = await tx
    .updateTable("chat_reports")
    .set({ resolved_at: world.now() })
    .where("message", "=", message.id)
    .where("resolved_at", "is", null)
    .returning("reporter")
    .execute();
  if (settled.length > 0) await tellQueue(tx, world, message.channel);
}

/** Tells moderators how many messages wait for them. */
export async function tellQueue(tx: Tx, world: World, channel: string): Promise<void> {
  const { open } = await tx
    .selectFrom("chat_reports")
    .select((row) => row.fn.count<number>("message").distinct().as("open"))
    .where("channel", "=", channel)
    .where("resolved_at", "is", null)
    .executeTakeFirstOrThrow();
  await tellUpdate(tx, world, {
    topic: `moderation:${channel}`,
    type: "chat.reports",
    data: { channel, open },
  });
}

/** Reported messages of a channel that nobody has looked at, the longest waiting first. */
export async function openReports(
  db: Db,
  channel: string,
  { cursor, limit }: { readonly cursor?: string | undefined; readonly limit: number },
): Promise<AnswerOf<"chat.reports">> {
  let query = db
    .selectFrom("chat_reports")
    .innerJoin("chat_messages", "chat_messages.id", "chat_reports.message")
    .selectAll("chat_messages")
    .select((row) => [
      row.fn.min("chat_reports.at").as("first_at"),
      row.fn.countAll<number>().as("count"),
    ])
    .where("chat_reports.channel", "=", channel)
    .where("chat_reports.resolved_at", "is", null)
    .groupBy("chat_messages.id");
  const after = numberPlace(cursor);
  if (after !== undefined) {
    const { at, id } = after;
    query = query.having((row) => {
      const first = row.fn.min("chat_reports.at");
      return row.or([
        row(first, ">", at),
        row.and([row(first, "=", at), row("chat_messages.id", ">", id)]),
      ]);
    });
  }
  const rows = await query
    .orderBy("first_at")
    .orderBy("chat_messages.id")
    .limit(limit + 1)
    .execute();
  const { shown, next } = pageOf(rows, limit, ({ first_at, id }) => ({ at: first_at, id }));
  const items = await Promise.all(
    shown.map(async (row): Promise<ChatReport> => {
      const { reasons, notes } = await reasonsOf(db, row.id);
      return {
        message: toMessage(row),
        reasons,
        notes,
        count: row.count,
        firstAt: new Date(row.first_at).toISOString(),
      };
    }),
  );
  return { items, next };
}

async function reasonsOf(db: Db, message: string): Promise<Pick<ChatReport, "reasons" | "notes">> {
  const open = db
    .selectFrom("chat_reports")
    .where("message", "=", message)
    .where("resolved_at", "is", null);
  const counted = await open
    .select((row) => ["reason", row.fn.countAll<number>().as("count")])
    .groupBy("reason")
    .execute();
  const noted = await open.select("note").where("note", "<>", "").limit(NOTES).execute();
  return {
    reasons: counted.map(({ reason, count }) => ({
      reason: ReportReason.parse(reason),
      count,
    })),
    notes: noted.map(({ note }) => note),
  };
}

/** Refuses reports of one's own words, and of what is gone. */
export function requireReportable(
  caller: Caller,
  message: { readonly author: string; readonly deleted_at: number | null },
): string {
  const { person } = caller;
  if (person === null) throw new SiteFault("not_signed_in", "Sign in to report");
  if (message.deleted_at !== null) throw new SiteFault("gone", "This message was deleted");
  if (message.author === person.id) {
    throw new SiteFault("conflict", "This is your own message", { reason: "own_message" });
  }
  return person.id;
}
