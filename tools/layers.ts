/** A place of the repository, and what it may import besides `node:` and its declared libraries. */
export type Place = {
  /** A folder from the root. Everything below it belongs to it, unless a longer path stands here too. */
  readonly path: string;
  readonly holds: string;
  /** Names of other places; `*` means all. */
  readonly mayImport: readonly string[];
};

const place = (path: string, holds: string, targets: readonly string[] = []): Place => ({
  path,
  holds,
  mayImport: targets,
});

/** Open to every folder of the media server, and so not repeated below. */
export const openToServer: readonly string[] = ["media", "contract", "world.ts"];

/** Likewise for the platform. */
export const openToPlatform: readonly string[] = [
  "site-contract",
  "platform/world.ts",
  "platform/calls",
  "platform/store",
];

const webAreas: Readonly<Record<string, string>> = {
  accounts: "sign-in, sign-up, first set-up, one's account",
  chat: "the chat beside a video",
  home: "home, channels, search",
  exports: "files of a video",
  operator: "the operator's pages",
};

/**
 * Who may import whom: the one table. `ARCHITECTURE.md` shows it, and `layers.test.ts` holds every
 * import against it. `nameOf` says how a place is named.
 */
export const places: readonly Place[] = [
  place("packages/media", "frames, tracks, codec configuration, time"),
  place("packages/containers", "flv, fmp4, mp4: bytes ⇄ frames", ["media"]),
  place("packages/rtmp", "handshake, chunks, AMF0, publish and play sessions", [
    "media",
    "containers",
  ]),
  place("packages/hls", "playlists: data → text", ["media"]),
  place("packages/contract", "schemas of API, events, settings, error codes; OpenAPI"),
  place("packages/sdk", "typed client, event feed, webhook verifier", ["contract"]),
  place("packages/player", "the player: media-chrome over hls.js; the media server's embed page"),
  place("packages/settings", "settings of a program: environment, oxbow.json, defaults"),
  place("packages/service", "a program that runs until it is told to stop: its log, its signals", [
    "settings",
  ]),
  place("packages/database", "SQLite in worker threads, or PostgreSQL, behind Kysely"),
  place("packages/site-contract", "schemas of the platform's own API and its live updates"),
  place("apps/server/src/world.ts", "clock, ids, log, metrics as one passed-in value", ["service"]),
  place("apps/server/src/ffmpeg", "ffmpeg as a supervised child process"),
  place("apps/server/src/streams", "stream state, publish sessions, broadcasts, frame fan-out"),
  place("apps/server/src/ingest", "one adapter for each protocol", [
    "streams",
    "rtmp",
    "containers",
  ]),
  place("apps/server/src/transcode", "rendition ladder over ffmpeg children", [
    "streams",
    "containers",
    "ffmpeg",
  ]),
  place("apps/server/src/packager", "frames → sealed parts and segments", [
    "streams",
    "containers",
  ]),
  place("apps/server/src/live", "the live window in memory", ["packager", "hls"]),
  place("apps/server/src/archive", "stretches, index, retention, ranges, pins, recovery", [
    "packager",
    "containers",
    "hls",
  ]),
  place("apps/server/src/relay", "HTTP-FLV and RTMP play: frames as they come, shared bytes", [
    "streams",
    "rtmp",
    "containers",
  ]),
  place("apps/server/src/jobs", "durable jobs: leases, attempts, progress, abort"),
  place("apps/server/src/exports", "range → verified MP4", [
    "archive",
    "assets",
    "jobs",
    "containers",
    "ffmpeg",
  ]),
  place("apps/server/src/assets", "VOD catalogue, just-in-time packaging", [
    "containers",
    "hls",
    "thumbnails",
    "ffmpeg",
  ]),
  place(
    "apps/server/src/thumbnails",
    "posters and sprite sheets, made of keyframes when asked for",
    ["ffmpeg"],
  ),
  place("apps/server/src/events", "outbox, sinks, deliveries, feed"),
  place("apps/server/src/markers", "named moments of broadcasts, as playlists tell them", ["hls"]),
  place("apps/server/src/viewers", "who may watch, who does, and what players are told"),
  place("apps/server/src/store", "the database, behind the ports that the folders declare", [
    "database",
    "streams",
    "ingest",
    "packager",
    "live",
    "archive",
    "jobs",
    "exports",
    "assets",
    "events",
    "viewers",
    "markers",
  ]),
  place("apps/server/src/http", "decode → call → encode; no rules", [
    "streams",
    "ingest",
    "packager",
    "live",
    "archive",
    "jobs",
    "exports",
    "assets",
    "events",
    "viewers",
    "markers",
    "thumbnails",
    "player",
  ]),
  place("apps/server/src", "main.ts wires; settings.ts alone reads the environment", ["*"]),
  place("apps/platform/src/world.ts", "clock, ids, log as one passed-in value", ["service"]),
  place("apps/platform/src/calls", "what an operation of the site's API is given and answers"),
  place("apps/platform/src/store", "the platform's database: tables and migrations", ["database"]),
  place("apps/platform/src/tasks", "what is to be done later, surely: durable, with attempts"),
  place("apps/platform/src/updates", "what open pages are told: a bounded log, one socket a tab"),
  place("apps/platform/src/mail", "e-mail by SMTP, where it is set", ["platform/tasks"]),
  place("apps/platform/src/accounts", "people, sign-in, roles, invitations, the audit trail", [
    "platform/mail",
    "platform/updates",
  ]),
  place("apps/platform/src/media", "the media server: client, sink, inbox of events", ["sdk"]),
  place("apps/platform/src/playback", "addresses and tokens of videos, policies of streams", [
    "sdk",
    "platform/media",
    "platform/tasks",
  ]),
  place("apps/platform/src/channels", "places to stream from: keys, rejected attempts, health", [
    "sdk",
    "platform/accounts",
    "platform/media",
    "platform/updates",
    "platform/tasks",
  ]),
  place("apps/platform/src/videos", "pages of broadcasts: planned, live, ended, published", [
    "sdk",
    "platform/accounts",
    "platform/channels",
    "platform/media",
    "platform/playback",
    "platform/updates",
    "platform/tasks",
  ]),
  place("apps/platform/src/recordings", "what the archive has of a broadcast, for trimming", [
    "sdk",
    "platform/channels",
    "platform/media",
    "platform/playback",
    "platform/videos",
  ]),
  place("apps/platform/src/exports", "files that people asked for, and what to do without one", [
    "sdk",
    "platform/accounts",
    "platform/channels",
    "platform/media",
    "platform/playback",
    "platform/tasks",
    "platform/updates",
    "platform/videos",
  ]),
  place("apps/platform/src/chat", "rooms of videos: messages, moderation, replay", [
    "platform/accounts",
    "platform/channels",
    "platform/tasks",
    "platform/updates",
    "platform/videos",
  ]),
  place("apps/platform/src/alerts", "what needs the operator: in the app, by e-mail, by webhook", [
    "sdk",
    "platform/accounts",
    "platform/mail",
    "platform/media",
    "platform/tasks",
    "platform/updates",
  ]),
  place("apps/platform/src/operator", "the operator's view of the media server", [
    "sdk",
    "platform/accounts",
    "platform/alerts",
    "platform/mail",
    "platform/media",
    "platform/tasks",
    "platform/updates",
  ]),
  place("apps/platform/src/test-stream", "a sample video and a synthetic encoder", [
    "sdk",
    "containers",
    "rtmp",
    "platform/accounts",
    "platform/channels",
    "platform/media",
    "platform/tasks",
    "platform/updates",
    "platform/videos",
  ]),
  place("apps/platform/src/pages", "first HTML of pages, oEmbed, RSS, sitemap", [
    "platform/channels",
    "platform/http",
    "platform/playback",
    "platform/videos",
  ]),
  place("apps/platform/src/http", "routes by the site's contract, sessions, security headers", [
    "platform/accounts",
  ]),
  place("apps/platform/src", "main.ts wires; settings.ts alone reads the environment", ["*"]),
  place("apps/web/src/ui", "the site's small system: tokens, type, controls, states"),
  place("apps/web/src/core", "calls, live updates, session, languages, theme", [
    "site-contract",
    "web/ui",
  ]),
  ...["accounts", "chat", "home", "exports", "operator"].map((area) =>
    place(`apps/web/src/${area}`, webAreas[area] ?? "", ["site-contract", "web/core", "web/ui"]),
  ),
  place("apps/web/src/studio", "the streamer's pages", [
    "site-contract",
    "player",
    "web/chat",
    "web/core",
    "web/ui",
  ]),
  place("apps/web/src/trim", "the trim editor", ["site-contract", "player", "web/core", "web/ui"]),
  place("apps/web/src/watch", "the watch page", [
    "site-contract",
    "player",
    "web/chat",
    "web/core",
    "web/ui",
  ]),
  place("apps/web/src/embed", "the player page for other sites, without React", [
    "site-contract",
    "player",
  ]),
  place("apps/web/src/app", "router and shell of the site", ["*"]),
  place("apps/web", "how the site is built", ["web/app"]),
  place("apps/cli", "the oxbow command", ["sdk"]),
  place("tests", "whole-system tests against started processes", [
    "sdk",
    "contract",
    "player",
    "site-contract",
    "fixtures",
    "tools",
  ]),
  place("bench", "measurements beside a peer or a limit", ["*"]),
  place("fixtures", "clips made by ffmpeg, and what measures them", ["tools"]),
  place("tools", "checks, and what runs the commands", []),
];

/**
 * `rtmp` for `packages/rtmp`, `archive` for a folder of the media server, `platform/chat` and
 * `web/chat` for those of the others; the roots are `server`, `platform` and `web`.
 */
export function nameOf(at: Place): string {
  const [, app, below] =
    /^apps\/(?<app>platform|web|server)(?:\/src)?(?:\/(?<below>.+))?$/.exec(at.path) ?? [];
  if (app === undefined) return at.path.slice(at.path.lastIndexOf("/") + 1);
  if (below === undefined) return app;
  return app === "server" ? below : `${app}/${below}`;
}

/** The place that a file belongs to: the longest path that it stands below. */
export function placeOf(file: string): Place | undefined {
  return places
    .filter((at) => file === at.path || file.startsWith(`${at.path}/`))
    .toSorted((a, b) => b.path.length - a.path.length)[0];
}

/** Whether files of one place may import another. */
export function mayImport(from: Place, to: Place): boolean {
  if (from === to || from.mayImport.includes("*")) return true;
  if (from.path.startsWith("apps/server/src") && openToServer.includes(nameOf(to))) return true;
  if (from.path.startsWith("apps/platform/src") && openToPlatform.includes(nameOf(to))) return true;
  return from.mayImport.includes(nameOf(to));
}

/** The table as Markdown, as it stands in `ARCHITECTURE.md`. */
export function layersTable(): string {
  const rows = places.map((at) => {
    const targets = at.mayImport.map((name) => (name === "*" ? "everything" : name)).join(", ");
    return `| \`${at.path}\` | ${at.holds} | ${targets === "" ? "nothing" : targets} |`;
  });
  return ["| Place | Holds | May import |", "|---|---|---|", ...rows].join("\n");
}
