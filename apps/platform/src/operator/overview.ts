import { OxbowError } from "@oxbow/sdk";
import type { OperatorOverview } from "@oxbow/site-contract";
import { SiteFault } from "@oxbow/site-contract";
import { asked, type OperatorParts } from "./operator-parts.ts";
import { listSinks } from "./sink-handlers.ts";

/** Streams that are counted at most. */
const STREAMS = 200;

type OfMedia = Pick<OperatorOverview, "onAir" | "disk" | "sinks" | "advice"> & {
  /** The sequence of the newest event. */
  readonly newest: number | null;
};

/** How the site and the media server are. A media server that is away is a part of the answer. */
export async function viewOverview(parts: OperatorParts): Promise<OperatorOverview> {
  const { inbox, certificates } = parts;
  const [ofMedia, poisoned] = await Promise.all([lookAtMedia(parts), inbox().poisoned()]);
  const { away, newest, ...told } = ofMedia;
  const { caughtUp, lastEventAt, lagMs, cursor, trouble } = inbox().state();
  return {
    ...told,
    away,
    inbox: {
      caughtUp,
      lastEventAt: lastEventAt === null ? null : new Date(lastEventAt).toISOString(),
      lagMs,
      // What came by webhook is known before the log is read up to it.
      behind: newest === null ? null : caughtUp ? 0 : Math.max(0, newest - cursor),
      trouble,
      poisoned: poisoned.map(({ id, type, sequence, stream, time, attempts, error }) => ({
        id,
        type,
        sequence,
        stream,
        time: new Date(time).toISOString(),
        attempts,
        error,
      })),
    },
    certificates: [...(await certificates.look(addressesOf(parts)))],
  };
}

/** What browsers reach over TLS, as far as the platform knows. */
export const addressesOf = ({
  siteUrl,
  told,
}: Pick<OperatorParts, "siteUrl" | "told">): string[] => {
  const server = told.find(({ name }) => name === "serverUrl")?.value;
  return server === null || server === undefined ? [siteUrl()] : [siteUrl(), server];
};

async function lookAtMedia(
  parts: OperatorParts,
): Promise<OfMedia & { readonly away: string | null }> {
  try {
    return { ...(await readMedia(parts)), away: null };
  } catch (error) {
    const { code } = error instanceof SiteFault ? error : { code: undefined };
    if (code !== "media_server_away") throw error;
    const nothing = { onAir: null, disk: null, sinks: null, advice: null, newest: null };
    return { ...nothing, away: reasonOf(error) };
  }
}

async function readMedia(parts: OperatorParts): Promise<OfMedia> {
  const { client } = parts;
  const [{ disk }, sinks, streams, doctor, log] = await Promise.all([
    asked(() => client.storage.get()),
    listSinks(parts),
    asked(() => client.streams.list({ limit: STREAMS })),
    asked(() => client.doctor.get()),
    asked(() => client.events.list({ order: "newest", limit: 1 })),
  ]);
  const onAir = streams.items.filter(({ state }) => state === "live" || state === "interrupted");
  return {
    disk,
    sinks: sinks.filter(({ enabled, dead }) => !enabled || dead > 0),
    onAir: {
      streams: onAir.length,
      viewers: streams.items.reduce((sum, { viewers }) => sum + (viewers?.now ?? 0), 0),
    },
    advice: doctor.advice,
    newest: log.items[0]?.sequence ?? 0,
  };
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof OxbowError ? error.cause.message : error.message;
}
