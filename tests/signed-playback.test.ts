import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { PlaybackKey, pageOf, Session, Stream } from "@oxbow/contract";
import { signPlayback, withToken } from "@oxbow/sdk";
import { Webhook } from "standardwebhooks";
import { makeClip } from "../fixtures/clip.ts";
import { measure } from "../fixtures/measure.ts";
import { type ApiClient, apiOf } from "./api.ts";
import { eventLogOf } from "./follow-log.ts";
import { publish } from "./publisher.ts";
import { type ServerProcess, startServer } from "./server-process.ts";
import { signalOf } from "./signal-reader.ts";
import { until } from "./until.ts";

const CALLBACK_SECRET = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;
const run = promisify(execFile);
const Sessions = pageOf(Session);

type Question = { readonly action: string; readonly stream: { readonly name: string } | null };

let folder = "";
let clip = "";
let server: ServerProcess;
let api: ApiClient;
const asked: Question[] = [];
/** Where the stream of the first test was watched. */
let watched = "";

/** The operator's own program: streams that begin with "no" are refused. */
const operator = createServer((request, response) => {
  void text(request).then((body) => {
    const headers = Object.entries(request.headers).map(([name, value]) => [name, String(value)]);
    new Webhook(CALLBACK_SECRET).verify(body, Object.fromEntries(headers));
    const question: Question = JSON.parse(body);
    asked.push(question);
    const refused = question.stream?.name === `no-${question.action}`;
    response.writeHead(refused ? 403 : 200).end(refused ? '{"reason":"Not on this channel"}' : "");
    return question;
  });
}).listen(0, "127.0.0.1");

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "oxbow-signed-"));
  clip = join(folder, "clip.flv");
  await makeClip(clip, { duration: 18 });
  const address = operator.address();
  const url = `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}/decide`;
  server = await startServer({
    OXBOW_ON_PUBLISH_URL: url,
    OXBOW_ON_PLAY_URL: url,
    OXBOW_CALLBACK_SECRET: CALLBACK_SECRET,
  });
  api = apiOf(server);
});
after(async () => {
  await server[Symbol.asyncDispose]();
  operator.close();
  operator.closeAllConnections();
  await once(operator, "close");
  await rm(folder, { recursive: true });
});

/** A second of a source, by ffmpeg. */
async function play(source: string): Promise<void> {
  await run("ffmpeg", ["-v", "error", "-i", source, "-t", "1", "-f", "null", "-"]);
}

/** The video playlist of a live stream, as it is now. */
async function mediaPlaylistOf(url: string): Promise<string> {
  const playlist = await (await fetch(url)).text();
  const video = playlist.split("\n").find((line) => line !== "" && !line.startsWith("#"));
  return (await fetch(new URL(video ?? "", url))).text();
}

/** When a player that asks all the time sees the end. */
function endlistAt(url: string): Promise<number> {
  return until("the playlist ends", async () =>
    (await mediaPlaylistOf(url)).includes("#EXT-X-ENDLIST") ? Date.now() : undefined,
  );
}

async function problemAt(url: string): Promise<[number, unknown]> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(10_000) });
  const problem: unknown = JSON.parse(await answer.text());
  assert.ok(typeof problem === "object" && problem !== null && "code" in problem);
  return [answer.status, problem.code];
}

test("a stream is watched with its token alone, and viewers are told of its end", async (t) => {
  const playback = { policy: "signed", maxViewers: 4 };
  const stream = await api.post("/streams", { name: "story", playback, autoExport: true }, Stream);
  const other = await api.post("/streams", { name: "other", playback }, Stream);
  assert.deepEqual([stream.playback.policy, stream.playback.maxViewers], ["signed", 4]);
  const key = await api.post("/playback-keys", { name: "site" }, PlaybackKey);
  const sign = (sub: string, expiresIn = 600, now = Date.now()) =>
    signPlayback({ key: key.secret ?? "", kid: key.kid, sub, expiresIn, now });
  const token = await sign(stream.id);
  const url = withToken(stream.playback.hls, token);
  watched = url;
  await using log = eventLogOf(server);
  await using encoder = publish(clip, stream.publish.rtmp.url ?? "");
  const { broadcast } = await log.find("playback_ready");
  await using signal = await signalOf(withToken(`${server.http}/live/story/events`, token));

  await t.test("ffmpeg plays it by the token's URL: relative URLs keep the token", async () => {
    const live = await measure(url, { duration: 3 });
    assert.ok(live.frames.length >= 80, `${live.frames.length} pictures`);
  });

  await t.test(
    "HTTP-FLV and RTMP are sessions of the same token, exact to the connection",
    async () => {
      const flv = withToken(stream.playback.flv ?? "", token);
      const rtmp = stream.playback.rtmp ?? "";
      for (const [protocol, source] of Object.entries({ flv, rtmp: `${rtmp}?token=${token}` })) {
        await play(source);
        const stopped = await log.find("play_stopped", ({ data }) => data.protocol === protocol);
        assert.ok(
          stopped.data.bytes > 10_000 && stopped.data.seconds < 10,
          JSON.stringify(stopped),
        );
      }
      await assert.rejects(play(rtmp), /needs a token/);
    },
  );

  await t.test(
    "without a token, with an old one, a bad one or another's, nobody does",
    async () => {
      const old = await sign(stream.id, 60, Date.now() - 120_000);
      const bad = token.slice(0, -6);
      assert.deepEqual(
        [
          await problemAt(stream.playback.hls),
          await problemAt(withToken(stream.playback.hls, old)),
          await problemAt(withToken(stream.playback.hls, bad)),
          await problemAt(withToken(other.playback.hls, token)),
          await problemAt(`${server.http}/live/story/events`),
          await problemAt(`${server.http}/live/story.flv`),
          await problemAt(`${server.http}/dvr/story/index.m3u8?from=0`),
        ],
        [
          [401, "token_missing"],
          [401, "token_expired"],
          [401, "token_invalid"],
          [403, "token_forbidden"],
          [401, "token_missing"],
          [401, "token_missing"],
          [401, "token_missing"],
        ],
      );
    },
  );

  await t.test("no cache that viewers share keeps what a token opened", async () => {
    const answer = await fetch(url);
    assert.doesNotMatch(answer.headers.get("cache-control") ?? "", /public/);
    assert.doesNotMatch(await answer.text(), /\/t\/|token/);
  });

  await t.test(
    "the page of the player has the token in what it plays, or nobody sees it",
    async () => {
      assert.deepEqual(await problemAt(stream.playback.embed), [401, "token_missing"]);
      const answer = await fetch(withToken(stream.playback.embed, token));
      assert.equal(answer.headers.get("cache-control"), "private, no-cache");
      assert.ok((await answer.text()).includes(`/t/${token}/live/story/index.m3u8`));
    },
  );

  await t.test("viewers are sessions, counted everywhere, and can be sent away", async () => {
    const agents = ["one", "two"];
    for (const agent of agents) {
      const answer = await fetch(url, { headers: { "user-agent": agent } });
      assert.equal(answer.status, 200);
      await answer.text();
    }
    // ffmpeg, and who asked before without a name of its own, are two more.
    const fifth = await fetch(url, { headers: { "user-agent": "three" } });
    assert.deepEqual([fifth.status, (await fifth.text()).includes("viewer_limit")], [429, true]);
    assert.equal(fifth.headers.get("cache-control"), "no-store");
    const { items } = await api.get("/sessions?kind=play&stream=story", Sessions);
    const two = items.find(({ encoder: agent }) => agent === "two");
    assert.deepEqual(
      items.map(({ kind, protocol, broadcast: of }) => [kind, protocol, of]),
      [1, 2, 3, 4].map(() => ["play", "hls", broadcast]),
    );
    const now = await api.get("/streams/story", Stream);
    assert.deepEqual(now.viewers, { now: 4, peak: 4 });
    const metrics = await (
      await fetch(`${server.http}/metrics`, { headers: { authorization: `Bearer ${server.key}` } })
    ).text();
    assert.match(metrics, /^oxbow_viewers\{protocol="hls"\} 4$/m);
    const gone = await fetch(`${server.http}/api/v1/sessions/${two?.id}`, {
      method: "DELETE",
      headers: { authorization: `Bearer ${server.key}` },
    });
    assert.equal(gone.status, 204);
    const again = await fetch(url, { headers: { "user-agent": "two" } });
    assert.deepEqual([again.status, (await again.text()).includes("viewer_refused")], [403, true]);
    const stopped = await log.find("play_stopped", ({ data }) => data.session === two?.id);
    assert.deepEqual([stopped.data.session, stopped.broadcast], [two?.id, broadcast]);
  });

  const over = endlistAt(url);
  const told = signal.find("broadcast_ended").then(() => Date.now());
  assert.equal(await encoder.done, 0);
  await t.test("the end is told when the playlists have it, with the recording", async () => {
    const ended = await signal.find("broadcast_ended");
    // Whoever reads the playlist first knows it a moment earlier at most.
    assert.ok((await told) - (await over) < 1_000, `${(await told) - (await over)} ms later`);
    assert.match(await mediaPlaylistOf(url), /^#EXT-X-ENDLIST$/m);
    const [first] = signal.seen;
    assert.deepEqual([first?.type, first?.data["state"]], ["state", "live"]);
    assert.equal(ended.data["broadcast"], broadcast);
    const recording = new URL(String(ended.data["recording"]), server.http).href;
    assert.deepEqual(await problemAt(recording), [401, "token_missing"]);
    const recorded = await measure(withToken(recording, token));
    assert.ok(recorded.frames.length >= 530, `${recorded.frames.length} pictures`);
    assert.ok(!JSON.stringify(signal.seen).includes("127.0.0.1"), "no address is told");
  });

  await t.test(
    "the title that is made of it is told too, and has the policy of the stream",
    async () => {
      const { data } = await signal.find("asset_ready");
      const asset = String(data["asset"]);
      const vod = `${server.http}/vod/${asset}/index.m3u8`;
      assert.deepEqual(await problemAt(vod), [401, "token_missing"]);
      const elsewhere = withToken(vod, await sign(other.id));
      assert.deepEqual(await problemAt(elsewhere), [403, "token_forbidden"]);
      // The viewer goes on from the end of the stream with the token that he has.
      assert.equal((await (await fetch(withToken(vod, token))).text()).split("\n")[0], "#EXTM3U");
      await play(withToken(vod, await sign(asset)));
      const { items } = await api.get("/sessions?kind=play", Sessions);
      const watching = items.filter((session) => session.asset === asset);
      assert.deepEqual(
        watching.map(({ stream: of, protocol }) => [of, protocol]),
        [
          [null, "hls"],
          [null, "hls"],
        ],
      );
    },
  );
});

test("the operator's own program decides who publishes and who plays", async () => {
  await using log = eventLogOf(server);
  const refused = await api.post("/streams", { name: "no-publish" }, Stream);
  assert.notEqual(await publish(clip, refused.publish.rtmp.url ?? "").done, 0);
  const { data } = await log.find("publish_rejected");
  assert.deepEqual([data.code, data.message], ["refused_by_callback", "Not on this channel"]);
  const unwatched = await api.post("/streams", { name: "no-play" }, Stream);
  assert.deepEqual(await problemAt(unwatched.playback.hls), [403, "refused_by_callback"]);
  const questions = asked.map(({ action, stream }) => `${action} ${stream?.name}`);
  const refusals = questions.filter((question) => question.includes(" no-"));
  assert.deepEqual([...new Set(refusals)], ["publish no-publish", "play no-play"]);
  assert.ok(!JSON.stringify(asked).includes(refused.publish.rtmp.key ?? ""), "no key is told");
});

test("a server that has started again knows key and token, and names the recording of what is over", async () => {
  await server.stop();
  await server.restart();
  const answer = await fetch(watched);
  const problem: unknown = await answer.json();
  assert.ok(typeof problem === "object" && problem !== null);
  assert.ok("code" in problem && "recording" in problem);
  assert.deepEqual([answer.status, problem.code], [404, "stream_offline"]);
  assert.match(String(problem.recording), /^\/dvr\/story\/index\.m3u8\?from=\d+&to=\d+$/);
  await using log = eventLogOf(server);
  await log.find("server_started", ({ sequence }) => sequence > 1);
  const sessions = (type: string) =>
    log.seen.flatMap((event) => (event.type === type ? [JSON.stringify(event.data)] : []));
  // Whoever watched when the server stopped was told of as gone.
  assert.equal(sessions("play_stopped").length, sessions("play_started").length);
});
