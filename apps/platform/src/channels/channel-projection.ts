import type { Event, EventOf, EventType } from "@oxbow/sdk";
import type { ChannelIssue, IssueCode } from "@oxbow/site-contract";
import { z } from "zod";
import { type EventProjection, readMediaState, writeMediaState } from "../media/index.ts";
import type { Tx } from "../store/index.ts";
import type { World } from "../world.ts";
import { type ChannelRow, channelByStream, issuesOf, sessionOf } from "./channel-row.ts";
import { hostOf } from "./encoder-address.ts";
import { prepareAllNow, schedulePrepareNext } from "./prepare-next.ts";
import { scheduleStream } from "./provide-stream.ts";
import { noteRejected } from "./rejected-attempts.ts";
import { tellChannel } from "./tell-channel.ts";

/** The code of what the transcoder lacks, one issue for each quality. */
const TRANSCODER = "transcoderDegraded" satisfies IssueCode;
const LOST = "encoderLost" satisfies IssueCode;
/** Where the media server's disk was when that last changed, as kept beside what is known of it. */
const RUNG = "archive.rung";
/** What the disk costs a broadcast, by the rung of its ladder. */
const OF_RUNGS = new Map<string, Pick<ChannelIssue, "code" | "severity">>([
  ["no_renditions", { code: "renditionsNotRecorded" satisfies IssueCode, severity: "warning" }],
  ["no_recordings", { code: "recordingStopped" satisfies IssueCode, severity: "error" }],
]);
/** Issues that are kept of one session at the most. */
const MOST_ISSUES = 20;

const types: readonly EventType[] = [
  "archive_pressure",
  "broadcast_ended",
  "broadcast_interrupted",
  "publish_started",
  "publish_stopped",
  "publish_rejected",
  "stream_health",
  "server_started",
  "stream_updated",
  "stream_deleted",
  "transcoder_degraded",
  "transcoder_recovered",
];

/** What a channel learns from the media server: who publishes, who was refused, and how it goes. */
export function channelProjection(world: World): EventProjection {
  return {
    types,
    apply: async (tx, event) => {
      if (event.type === "publish_rejected") return noteRejected(tx, world, event);
      if (event.type === "server_started") return prepareAllNow(tx, world);
      if (event.type === "archive_pressure") return diskChanged(tx, world, event);
      const row = event.stream && (await channelByStream(tx, event.stream.id));
      if (row === undefined) return;
      const change =
        event.type === "publish_started" ? await started(tx, event) : changeOf(row, event);
      if (change !== undefined) {
        await tx.updateTable("channels").set(change).where("id", "=", row.id).execute();
      }
      if (event.type === "broadcast_ended") await schedulePrepareNext(tx, world, row.id);
      if (event.type === "stream_deleted") await scheduleStream(tx, world, row.id);
      await tellChannel(tx, world, row.id);
    },
  };
}

type Change = Partial<Pick<ChannelRow, "session" | "issues" | "last_used" | "stream">>;

/** What an event changes of a channel; undefined for nothing. */
function changeOf(row: ChannelRow, event: Event): Change | undefined {
  if (event.type === "stream_deleted") return { stream: null, session: null, issues: "[]" };
  if (event.type === "publish_stopped") {
    // One that is told late is over already.
    if (sessionOf(row)?.id !== event.data.session) return undefined;
    const { reason } = event.data;
    const lost = { code: LOST, severity: "error", params: { reason }, since: event.time } as const;
    return { session: null, issues: JSON.stringify(reason === "ended" ? [] : [lost]) };
  }
  if (event.type === "broadcast_interrupted") {
    const known = issuesOf(row).find(({ code }) => code === LOST);
    const { windowEnds } = event.data;
    const params = { reason: "lost", ...known?.params, windowEnds };
    // A media server that was restarted tells of no session's end.
    const lost = { code: LOST, severity: "error", params, since: event.time } as const;
    return { session: null, issues: JSON.stringify([lost]) };
  }
  if (event.type === "broadcast_ended") return without(row, LOST);
  if (event.type === "stream_health") {
    const { code, severity, state, params = {} } = event.data;
    if (state === "ended") return without(row, code);
    return withIssue(row, { code, severity, params, since: event.time });
  }
  if (event.type === "transcoder_degraded") {
    const { rendition, reason } = event.data;
    const params = { rendition, reason };
    const issue = { code: TRANSCODER, severity: "warning", params, since: event.time } as const;
    return withIssue(row, issue);
  }
  if (event.type === "transcoder_recovered") return without(row, TRANSCODER, event.data.rendition);
  return undefined;
}

async function started(tx: Tx, event: EventOf<"publish_started">): Promise<Change> {
  const rung = await readMediaState(tx, RUNG, z.string());
  const { session: id, protocol, address, encoder } = event.data;
  const host = hostOf(address);
  return {
    session: JSON.stringify({ id, protocol, address: host, encoder, startedAt: event.time }),
    issues: JSON.stringify(issuesOfRung(rung, event.time)),
    last_used: JSON.stringify({ at: event.time, address: host, encoder }),
  };
}

/** The disk is every channel's: those on air are told what becomes of their recordings. */
async function diskChanged(
  tx: Tx,
  world: World,
  event: EventOf<"archive_pressure">,
): Promise<void> {
  const { rung } = event.data;
  await writeMediaState(tx, RUNG, rung);
  const onAir = await tx
    .selectFrom("channels")
    .selectAll()
    .where("session", "is not", null)
    .execute();
  const codes = new Set([...OF_RUNGS.values()].map(({ code }) => code));
  for (const row of onAir) {
    const others = issuesOf(row).filter(({ code }) => !codes.has(code));
    const issues = JSON.stringify([...others, ...issuesOfRung(rung, event.time)]);
    if (issues === row.issues) continue;
    await tx.updateTable("channels").set({ issues }).where("id", "=", row.id).execute();
    await tellChannel(tx, world, row.id);
  }
}

function issuesOfRung(rung: string | undefined, since: string): ChannelIssue[] {
  const issue = rung === undefined ? undefined : OF_RUNGS.get(rung);
  return issue === undefined ? [] : [{ ...issue, params: {}, since }];
}

function withIssue(row: ChannelRow, issue: ChannelIssue): Change {
  const others = issuesOf(row).filter((other) => !isSame(other, issue.code, renditionOf(issue)));
  return { issues: JSON.stringify([...others, issue].slice(-MOST_ISSUES)) };
}

function without(row: ChannelRow, code: string, rendition?: string): Change {
  return { issues: JSON.stringify(issuesOf(row).filter((it) => !isSame(it, code, rendition))) };
}

/** A transcoder's issues are one for each quality. */
const isSame = (issue: ChannelIssue, code: string, rendition: unknown): boolean =>
  issue.code === code && renditionOf(issue) === rendition;

const renditionOf = (issue: ChannelIssue): unknown => issue.params["rendition"];
