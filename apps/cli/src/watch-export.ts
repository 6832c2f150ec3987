import type { Client, Event, Export } from "@oxbow/sdk";
import { CommandError, exit, type Io } from "./io.ts";
import { ProgressBar } from "./progress-bar.ts";

type Ending = Extract<
  Event,
  { type: "dvr_mp4_export_ready" | "dvr_mp4_export_failed" | "dvr_mp4_export_aborted" }
>;

const types = [
  "dvr_mp4_export_start",
  "dvr_mp4_export_progress",
  "dvr_mp4_export_ready",
  "dvr_mp4_export_failed",
  "dvr_mp4_export_aborted",
] as const;

/**
 * Begins an export and waits for its end by its events: the feed stands before the export exists, so
 * that none is missed, and nothing is asked for twice. Ctrl-C asks whether to abort the export too.
 */
export async function watchExport(
  client: Client,
  begin: () => Promise<Export>,
  io: Io,
): Promise<Ending> {
  const stop = new AbortController();
  const opened = Promise.withResolvers<void>();
  const bar = new ProgressBar(io.err);
  const events = client.events.follow(
    { types },
    {
      signal: stop.signal,
      opened: () => opened.resolve(),
      interrupted: () => bar.say("The connection broke; trying again"),
    },
  );
  const feed = events[Symbol.asyncIterator]();
  const first = feed.next();
  let off: (() => void) | undefined;
  try {
    // Where the server refuses the feed, its refusal comes out of the first event.
    await Promise.race([opened.promise, first]);
    const job = await begin();
    const interrupted = Promise.withResolvers<never>();
    off = io.onInterrupt(askOnce(client, job.id, io, bar, interrupted.reject));
    bar.say(job.state === "waiting" ? "Waiting for the end of the range" : "Queued");
    return await Promise.race([ending(feed, first, job.id, bar), interrupted.promise]);
  } finally {
    off?.();
    bar.clear();
    stop.abort();
    // Whoever ended otherwise has no use for what the feed still says.
    await Promise.allSettled([first, feed.return?.()]);
  }
}

async function ending(
  feed: AsyncIterator<Event>,
  first: Promise<IteratorResult<Event>>,
  id: string,
  bar: ProgressBar,
): Promise<Ending> {
  for (let next = await first; next.done !== true; next = await feed.next()) {
    const event = next.value;
    if (!isOfExport(event) || event.data.export !== id) continue;
    if (event.type === "dvr_mp4_export_start") {
      bar.say(event.data.attempt > 1 ? `Attempt ${event.data.attempt}` : "Begins");
    } else if (event.type === "dvr_mp4_export_progress") {
      bar.show(event.data);
    } else {
      return event;
    }
  }
  throw new CommandError(`The event feed ended; oxbow export show ${id} tells what became of it`);
}

type ExportEvent = Extract<Event, { type: (typeof types)[number] }>;

const isOfExport = (event: Event): event is ExportEvent =>
  types.some((type) => type === event.type);

/** What Ctrl-C does: the first asks, a second one leaves at once. */
function askOnce(
  client: Client,
  id: string,
  io: Io,
  bar: ProgressBar,
  leave: (reason: CommandError) => void,
): () => void {
  const goesOn = new CommandError(
    `The export goes on: oxbow export show ${id}, oxbow export abort ${id}`,
    exit.interrupted,
  );
  const asking = new AbortController();
  let asked = false;
  const ask = async (): Promise<void> => {
    const abort = await io.confirm(`Abort the export ${id} too?`, asking.signal);
    if (!abort) return leave(goesOn);
    await client.exports.abort(id, { reason: "Ctrl-C at the command line" });
  };
  return () => {
    bar.clear();
    if (asked || !io.interactive) {
      asking.abort();
      leave(goesOn);
      return;
    }
    asked = true;
    ask().catch((error: unknown) => {
      if (!asking.signal.aborted) {
        const why = error instanceof Error ? error.message : String(error);
        leave(new CommandError(`The export ${id} was not aborted: ${why}`));
      }
    });
  };
}
