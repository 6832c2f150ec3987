import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { FlvDemuxer, type FlvTag, readVideoTag } from "@oxbow/containers";
import { listenRtmp, type RtmpServer } from "./listen-rtmp.ts";
import { mediaMessageBytes, writeMediaMessage } from "./media-message.ts";
import type { PlayAnswer, PlayEnd, PlayRequest, PlayWriter } from "./play-port.ts";

const run = promisify(execFile);
const NO_HEAD = Buffer.alloc(0);
const SECONDS = 2;

let folder = "";
let tags: readonly FlvTag[] = [];

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "oxbow-play-"));
  const file = join(folder, "clip.flv");
  const video = ["-f", "lavfi", "-i", `testsrc2=size=320x180:rate=25:duration=${SECONDS}`];
  const audio = ["-f", "lavfi", "-i", `sine=sample_rate=48000:duration=${SECONDS}`];
  const coded = ["-c:v", "libx264", "-preset", "ultrafast", "-bf", "2", "-c:a", "aac"];
  await run("ffmpeg", ["-v", "error", ...video, ...audio, ...coded, file]);
  tags = new FlvDemuxer().push(await readFile(file));
});
after(() => rm(folder, { recursive: true, force: true }));

function message({ kind, timestamp, body }: FlvTag): Buffer {
  const out = Buffer.alloc(mediaMessageBytes(body.length, timestamp));
  const type = kind === "script" ? "data" : kind;
  writeMediaMessage(out, 0, type, timestamp, NO_HEAD, 0, body);
  return out;
}

/** Plays the clip to whoever asks, in one write, and ends. */
class Clip {
  readonly requests: PlayRequest[] = [];
  readonly ends: PlayEnd[] = [];
  /** The clip does not end: players stay. */
  endless = false;

  readonly play = (request: PlayRequest): Promise<PlayAnswer> => {
    this.requests.push(request);
    const source = {
      begin: (writer: PlayWriter) => {
        writer.write(tags.map(message));
        if (!this.endless) writer.close("ended");
      },
      pause: () => undefined,
      close: (reason: PlayEnd) => {
        this.ends.push(reason);
      },
    };
    return Promise.resolve({ ok: true, source });
  };
}

function listen(clip: Clip, limits = {}): Promise<RtmpServer> {
  const refused = { ok: false, code: "NetStream.Publish.BadName", description: "no" } as const;
  const admit = () => Promise.resolve(refused);
  return listenRtmp({ port: 0, host: "127.0.0.1", admit, play: clip.play, limits });
}

test("ffmpeg plays: every access unit is the one that was written, and the end is an end", async () => {
  const clip = new Clip();
  await using server = await listen(clip);
  const file = join(folder, "played.flv");
  const url = `rtmp://127.0.0.1:${server.port}/play/show?token=t1`;
  const flags = ["-v", "error", "-y", "-xerror", "-i", url, "-c", "copy"];
  await run("ffmpeg", [...flags, "-flvflags", "no_duration_filesize", file], { timeout: 20_000 });
  const media = (all: readonly FlvTag[]) =>
    all
      .filter(({ kind }) => kind !== "script")
      .map(({ kind, body }) => ({ kind, body: Buffer.from(body) }));
  const got = media(new FlvDemuxer().push(await readFile(file)));
  const units = (kind: string, list: typeof got) => list.filter((one) => one.kind === kind);
  for (const kind of ["video", "audio"]) {
    assert.deepEqual(units(kind, got), units(kind, media(tags)));
  }
  const [request] = clip.requests;
  assert.deepEqual(
    [request?.app, request?.name, request?.query.get("token")],
    ["play", "show", "t1"],
  );
  assert.deepEqual(clip.ends, ["ended"]);
});

test("GStreamer's rtmp2src plays to the end", async () => {
  const clip = new Clip();
  await using server = await listen(clip);
  const location = `location=rtmp://127.0.0.1:${server.port}/play/show`;
  const file = join(folder, "gstreamer.flv");
  const sink = ["!", "filesink", `location=${file}`];
  await run("gst-launch-1.0", ["-q", "rtmp2src", location, ...sink], { timeout: 20_000 });
  const got = new FlvDemuxer().push(await readFile(file));
  const pictures = (all: readonly FlvTag[]) =>
    all.flatMap(({ kind, body }) => {
      const media = kind === "video" ? readVideoTag(body) : undefined;
      return media?.is === "frame" ? [Buffer.from(media.data)] : [];
    });
  assert.deepEqual(pictures(got), pictures(tags));
});

test("more players than may are refused, and room is made when one leaves", async () => {
  const clip = new Clip();
  clip.endless = true;
  await using server = await listen(clip, { players: 1 });
  const url = `rtmp://127.0.0.1:${server.port}/play/show`;
  const stay = execFile("ffmpeg", ["-v", "error", "-i", url, "-f", "null", "-"]);
  const over = async (word: string): Promise<boolean> =>
    run("ffprobe", ["-v", "error", url], { timeout: 20_000 }).then(
      () => false,
      (error: unknown) => String(error).includes(word),
    );
  while (clip.requests.length === 0) await new Promise(setImmediate);
  assert.ok(await over("As many play as may"));
  stay.kill("SIGKILL");
  while (clip.ends.length === 0) await new Promise(setImmediate);
  clip.endless = false;
  assert.equal(await over("As many play as may"), false);
  assert.deepEqual(clip.ends, ["lost", "ended"]);
});
