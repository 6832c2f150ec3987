import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import { argv } from "node:process";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

// The least that low latency costs over `node:http`: a playlist and a part each 200 ms, for video and
// audio, of the usual sizes, and answers that wait for them. Nothing is looked up, counted or admitted.

const TICK_MS = 200;
const PARTS = 10;
const SIZES = { video: 62_500, audio: 3_500 };

export interface HeldYardstick extends AsyncDisposable {
  readonly url: string;
  readonly pid: number;
}

export async function startHeldYardstick(): Promise<HeldYardstick> {
  const child = spawn(process.execPath, [fileURLToPath(import.meta.url), "serve"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = await once(child.stdout, "data");
  return {
    url: `http://127.0.0.1:${Number(String(line))}`,
    pid: child.pid ?? 0,
    async [Symbol.asyncDispose]() {
      const gone = once(child, "exit");
      child.kill("SIGKILL");
      await gone;
    },
  };
}

type Kind = keyof typeof SIZES;

/** The playlist of one track when `count` parts have been cut, in the shape that players read. */
function playlist(kind: Kind, count: number): string {
  const [sequence, open] = [Math.floor(count / PARTS), count % PARTS];
  const first = Math.max(0, sequence - 6);
  const parts = (number: number, many: number) =>
    Array.from(
      { length: many },
      (_, at) => `#EXT-X-PART:DURATION=0.2,URI="stt_0123456789abcdef/${kind}/${number}.${at}.m4s"`,
    );
  const lines = Array.from({ length: sequence - first }, (_, at) => [
    ...(at < 3 ? [] : parts(first + at, PARTS)),
    "#EXTINF:2,",
    `stt_0123456789abcdef/${kind}/${first + at}.m4s`,
  ]).flat();
  const head = ["#EXTM3U", "#EXT-X-VERSION:9", `#EXT-X-MEDIA-SEQUENCE:${first}`];
  return [...head, ...lines, ...parts(sequence, open), ""].join("\n");
}

function serve(): void {
  const bodies = { video: Buffer.alloc(SIZES.video, "v"), audio: Buffer.alloc(SIZES.audio, "a") };
  const waiting: { kind: Kind; response: ServerResponse }[] = [];
  let count = 70;
  const rendered = (kind: Kind) => gzipSync(playlist(kind, count));
  let now = { video: rendered("video"), audio: rendered("audio") };
  const send = (response: ServerResponse, body: Buffer, kind: "list" | Kind) => {
    response.writeHead(200, {
      "Content-Type": kind === "list" ? "application/vnd.apple.mpegurl" : "video/mp4",
      "Content-Length": body.length,
      ...(kind === "list" ? { "Content-Encoding": "gzip", ETag: `"${count}"` } : {}),
    });
    response.end(body);
  };
  const server = createServer((request, response) => {
    const url = request.url ?? "";
    const kind = url.includes("audio") ? "audio" : "video";
    if (!url.includes(".m3u8")) send(response, bodies[kind], kind);
    else if (url.includes("?")) waiting.push({ kind, response });
    else send(response, now[kind], "list");
  });
  setInterval(() => {
    count++;
    now = { video: rendered("video"), audio: rendered("audio") };
    for (const { kind, response } of waiting.splice(0)) send(response, now[kind], "list");
  }, TICK_MS);
  server.listen(0, "127.0.0.1", () => {
    const address = server.address();
    process.stdout.write(`${typeof address === "object" ? address?.port : 0}\n`);
  });
}

if (argv[2] === "serve") serve();
