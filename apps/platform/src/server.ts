import type { IncomingMessage } from "node:http";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { alertsOfOthers } from "./alerts/index.ts";
import type { Caller } from "./calls/index.ts";
import { openFeatures } from "./features.ts";
import { createHttp } from "./http/index.ts";
import { mayListen } from "./may-listen.ts";
import { createInbox, type Inbox, mediaClient, waitForMedia } from "./media/index.ts";
import { mediaAddress } from "./media-address.ts";
import { scheduleWatch } from "./operator/index.ts";
import { firstHtml, pageRoutes } from "./pages/index.ts";
import type { Settings } from "./settings.ts";
import { openStore } from "./store/index.ts";
import { startTasks } from "./tasks/index.ts";
import { retrySampleFilm } from "./test-stream/index.ts";
import { startUpdates } from "./updates/index.ts";
import type { World } from "./world.ts";

/** The site, as Vite has built it. */
const SITE = fileURLToPath(new URL("../../web/dist", import.meta.url));
/** How long the start waits for the media server, in milliseconds; after that it goes on without. */
const PATIENCE = 15_000;

/** The platform as it runs. */
export interface Platform extends AsyncDisposable {
  /** Where it answers. */
  readonly http: string;
}

/** Starts the platform; resolves when it answers. */
export async function startPlatform(settings: Settings, world: World): Promise<Platform> {
  await using opened = new AsyncDisposableStack();
  const { platformDatabaseUrl: url, data } = settings;
  const store = opened.use(
    await openStore(url === undefined ? { file: join(data, "platform.db") } : { url }, (error) =>
      world.log.warn({ err: error }, "a database connection broke"),
    ),
  );
  const media = mediaClient(settings);
  await waitForMedia(media, world, PATIENCE);
  const mediaUrl = await mediaAddress(settings, media, world);

  let site = withoutSlash(settings.platformUrl);
  const callers = new WeakMap<IncomingMessage, () => Promise<Caller>>();
  const updates = opened.use(
    await startUpdates({
      store,
      world,
      mayListen: mayListen(store),
      callerOf: async (request) => {
        const ask = callers.get(request);
        if (ask === undefined) throw new Error("A socket that nobody let in");
        return ask();
      },
    }),
  );
  const parts = {
    settings,
    world,
    store,
    media,
    mediaUrl,
    updates,
    siteUrl: () => site,
    inbox: () => inbox,
  };
  const features = await openFeatures(parts, opened);
  const { accounts, handlers, projections, tasks, expecting, resync } = features;
  const pages = { store, world, calls: handlers, siteUrl: settings.platformUrl };
  const others = alertsOfOthers(world);
  const inbox: Inbox = opened.use(
    createInbox({
      store,
      world,
      client: media,
      projections,
      expecting,
      resync,
      onPoisoned: others.onPoisoned,
      onClocks: others.onClocks,
    }),
  );
  const http = opened.use(
    await createHttp({
      world,
      settings,
      handlers,
      caller: accounts.caller,
      everyPage: accounts.everyPage,
      mediaOrigins: () => [new URL(mediaUrl).origin],
      firstHtml: firstHtml(pages),
      plainRoutes: pageRoutes(pages),
      hook: ({ body, headers }) => inbox.receive(body, headers),
      upgrade: (request, socket, head, caller) => {
        const cookies = { headers: headersOf(request), set: () => undefined };
        callers.set(request, () => accounts.caller(cookies, caller.address));
        updates.upgrade(request, socket, head, caller);
      },
      ready: async () => {
        await store.db.selectFrom("tasks").select("id").limit(1).execute();
      },
      site: SITE,
    }),
  );
  // Sockets are asked to come back before the server waits for its connections to end.
  opened.defer(() => updates[Symbol.asyncDispose]());
  const listening = await http.listen();
  if (site === "") site = listening;
  opened.use(startTasks(store, world, tasks(), { onDead: others.onDeadTask }));
  await inbox.start(settings.platformHookUrl ?? `${listening}/hooks/media`);
  await store.commit((tx) => scheduleWatch(tx, world, world.now()));
  await store.commit((tx) => retrySampleFilm(tx, world));
  await accounts.announceSetup();
  const closing = opened.move();
  return { http: listening, [Symbol.asyncDispose]: () => closing.disposeAsync() };
}

const withoutSlash = (url = ""): string => url.replace(/\/+$/, "");

/** What an upgraded request was sent with: its cookie says, again and again, whose socket it is. */
function headersOf({ headers }: IncomingMessage): Headers {
  const kept = new Headers();
  for (const name of ["cookie", "user-agent"]) {
    const value = headers[name];
    if (typeof value === "string") kept.set(name, value);
  }
  return kept;
}
