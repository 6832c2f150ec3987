import type { Event, EventOf, EventType } from "@oxbow/sdk";
import type { ChannelIssue } from "@oxbow/site-contract";
import type { EventProjection } from "../media/index.ts";
import type { World } from "../world.ts";
import { type ChannelRow, channelByStream, issuesOf, sessionOf } from "./channel-row.ts";
import { hostOf } from "./encoder-address.ts";
import { prepareAllNow, schedulePrepareNext } from "./prepare-next.ts";
import { scheduleStream } from "./provide-stream.ts";
import { noteRejected } from "./rejected-attempts.ts";
import { tellChannel } from "./tell-channel.ts";

/** The code of what the transcoder lacks, one issue for each quality. */
const TRANSCODER = "transcoderDegraded";
/** Issues that are kept of one session at the most. */
const MOST_ISSUES = 20;

const types: readonly EventType[] = [
  "broadcast_ended",
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
      const row = event.stream && (await channelByStream(tx, event.stream.id));
      if (row === undefined) return;
      const change = changeOf(row, event);
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
  if (event.type === "publish_started") return started(event);
  if (event.type === "stream_deleted") return { stream: null, session: null, issues: "[]" };
  if (event.type === "publish_stopped") {
    // One that is told late is over already.
    const isNow = sessionOf(row)?.id === event.data.session;
    return isNow ? { session: null, issues: "[]" } : undefined;
  }
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

function started(event: EventOf<"publish_started">): Change {
  const { session: id, protocol, address, encoder } = event.data;
  const host = hostOf(address);
  return {
    session: JSON.stringify({ id, protocol, address: host, encoder, startedAt: event.time }),
    issues: "[]",
    last_used: JSON.stringify({ at: event.time, address: host, encoder }),
  };
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
