import { parseArgs } from "node:util";
import { gunzipSync } from "node:zlib";
import { type Heard, type HlsConnection, overHttp1, overHttp2 } from "./hls-connection.ts";

// Many players of one stream, without decoders: each asks for what hls.js asks for, video and audio.
// Low latency: the blocking playlist of the next part, and each part as it is listed. Ordinary: the
// playlist once in a target, and each segment. Prints what came as JSON when the time is over.

const { values } = parseArgs({
  options: {
    /** `http://…/live/{stream}/`; `https:` is HTTP/2. */
    url: { type: "string", default: "" },
    players: { type: "string", default: "200" },
    seconds: { type: "string", default: "8" },
    ordinary: { type: "boolean", default: false },
  },
});

const TARGET_MS = 2_000;
const base = new URL(values.url);
const total = { playlists: 0, media: 0, bytes: 0, failures: 0, stalled: 0 };
let over = false;
const failed = () => {
  if (!over) total.failures++;
};

/** What a playlist says of its end. */
type End = { readonly next: string; readonly newest: string };

/** Players of one version read the same bytes: they are read once. */
const ends = new Map<string, End>();

function endOf(track: string, { etag, zipped, body }: Heard): End {
  const key = track + etag;
  const known = etag === "" ? undefined : ends.get(key);
  if (known) return known;
  const text = (zipped ? gunzipSync(body ?? "") : (body ?? "")).toString();
  let sequence = 0;
  let parts = 0;
  let newest = "";
  for (const line of text.split("\n")) {
    if (line.startsWith("#EXT-X-MEDIA-SEQUENCE:")) sequence = Number(line.slice(22));
    else if (line.startsWith("#EXT-X-PART:")) {
      parts++;
      newest = /URI="([^"]+)"/.exec(line)?.[1] ?? "";
    } else if (line !== "" && !line.startsWith("#")) {
      sequence++;
      parts = 0;
      if (values.ordinary) newest = line;
    }
  }
  if (ends.size > 1000) ends.clear();
  const end = { next: `?_HLS_msn=${sequence}&_HLS_part=${parts}`, newest };
  ends.set(key, end);
  return end;
}

function play(track: string, connection: () => HlsConnection): void {
  const [playlists, media] = [connection(), connection()];
  let newest = "";
  let loading = false;
  const load = () => {
    // What is listed while another part is loading is asked for after it.
    const wanted = newest;
    loading = true;
    media.ask(base.pathname + wanted, false, ({ status, bytes }) => {
      if (status !== 200) failed();
      total.media++;
      total.bytes += bytes;
      loading = false;
      if (newest !== wanted && !over) load();
    });
  };
  const reload = (query: string) => {
    playlists.ask(`${base.pathname}${track}.m3u8${query}`, true, (heard) => {
      if (over) return;
      total.playlists++;
      total.bytes += heard.bytes;
      if (heard.status !== 200) {
        failed();
        setTimeout(reload, 500, "");
        return;
      }
      const end = endOf(track, heard);
      if (end.newest !== newest) {
        newest = end.newest;
        if (loading) total.stalled++;
        else load();
      }
      if (values.ordinary) setTimeout(reload, TARGET_MS, "");
      else reload(end.next);
    });
  };
  // Ordinary players come at any time; what blocks brings the others together by itself.
  setTimeout(reload, Math.random() * TARGET_MS, "");
}

for (let at = 0; at < Number(values.players); at++) {
  const connection =
    base.protocol === "https:" ? overHttp2(base, failed) : () => overHttp1(base, failed);
  for (const track of ["video", "audio"]) play(track, connection);
}

// They have all come after a target: from then on counts.
setTimeout(() => {
  process.stdout.write("playing\n");
  Object.assign(total, { playlists: 0, media: 0, bytes: 0, stalled: 0 });
  setTimeout(() => {
    over = true;
    process.stdout.write(`${JSON.stringify(total)}\n`, () => process.exit(0));
  }, Number(values.seconds) * 1000);
}, TARGET_MS + 1_000);
