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

/**
 * Who may import whom: the one table. `ARCHITECTURE.md` shows it, and `layers.test.ts` holds every
 * import against it. A place is named after the last part of its path.
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
  place("packages/player", "the embed page: media-chrome over hls.js"),
  place("apps/server/src/world.ts", "clock, ids, log, metrics as one passed-in value"),
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
  place("apps/cli", "the oxbow command", ["sdk"]),
  place("tests", "whole-system tests against started processes", [
    "sdk",
    "contract",
    "player",
    "fixtures",
    "tools",
  ]),
  place("bench", "measurements beside a peer or a limit", ["*"]),
  place("fixtures", "clips made by ffmpeg, and what measures them", ["tools"]),
  place("tools", "checks, and what runs the commands", []),
];

/** `rtmp` for `packages/rtmp`; the server's own root is `server`. */
export function nameOf(at: Place): string {
  if (at.path === "apps/server/src") return "server";
  return at.path.slice(at.path.lastIndexOf("/") + 1);
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
