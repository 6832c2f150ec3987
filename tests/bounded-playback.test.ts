import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { PlaybackKey, Stream } from "@oxbow/contract";
import { signPlayback, withToken } from "@oxbow/sdk";
import { makeClip } from "../fixtures/clip.ts";
import { type ApiClient, apiOf } from "./api.ts";
import { eventLogOf } from "./follow-log.ts";
import { publish } from "./publisher.ts";
import { type ServerProcess, startServer } from "./server-process.ts";
import { until } from "./until.ts";

let folder = "";
let clip = "";
let server: ServerProcess;
let api: ApiClient;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "oxbow-bounded-"));
  clip = join(folder, "clip.flv");
  [server] = await Promise.all([startServer(), makeClip(clip, { duration: 20 })]);
  api = apiOf(server);
});
after(async () => {
  await server[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

/** The video playlist that a list of qualities names, as it is now. */
async function mediaPlaylistOf(url: string): Promise<string> {
  const playlist = await (await fetch(url)).text();
  const video = playlist.split("\n").find((line) => line !== "" && !line.startsWith("#"));
  return (await fetch(new URL(video ?? "", url))).text();
}

/** Addresses that a playlist of media names, beside it. */
async function namedIn(url: string): Promise<string[]> {
  const text = await mediaPlaylistOf(url);
  const init = /#EXT-X-MAP:URI="([^"]+)"/.exec(text)?.[1] ?? "";
  const media = text.split("\n").filter((line) => line.includes(".m4s") && !line.startsWith("#"));
  return [init, ...media].map((path) => path.replace(/^.*(?=stt_)/, ""));
}

/** The first lines of a WebVTT file's cues. */
async function cuesIn(url: string): Promise<string[]> {
  return (await (await fetch(url)).text()).split("\n").filter((line) => line.includes(" --> "));
}

/** What is answered at each address: the status, with the code of a refusal. */
async function doors(at: Readonly<Record<string, string>>): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const [name, url] of Object.entries(at)) {
    const answer = await fetch(url, { signal: AbortSignal.timeout(10_000) });
    if (answer.ok) await answer.body?.cancel();
    const code = answer.ok ? undefined : /"code":"(\w+)"/.exec(await answer.text())?.[1];
    found[name] = code === undefined ? `${answer.status}` : `${answer.status} ${code}`;
  }
  return found;
}

test("a token for a stretch, or for a broadcast, opens nothing else of the stream", async (t) => {
  const playback = { policy: "signed" };
  const stream = await api.post("/streams", { name: "twice", playback }, Stream);
  const key = await api.post("/playback-keys", { name: "twice" }, PlaybackKey);
  const sign = (
    grant: Omit<Parameters<typeof signPlayback>[0], "key" | "kid" | "sub" | "expiresIn">,
  ) =>
    signPlayback({ key: key.secret ?? "", kid: key.kid, sub: stream.id, expiresIn: 600, ...grant });
  await using log = eventLogOf(server);
  await using encoders = new AsyncDisposableStack();
  const onAir = async () => {
    encoders.use(publish(clip, stream.publish.rtmp.url ?? ""));
    const seen = log.seen.length;
    const { broadcast = "" } = await log.find(
      "playback_ready",
      (event) => event.stream?.id === stream.id && !log.seen.slice(0, seen).includes(event),
    );
    return broadcast;
  };
  const at = (token: string, path: string) => withToken(`${server.http}${path}`, token);
  const all = await sign({});

  const first = await onAir();
  const liveMedia = await namedIn(at(all, "/live/twice/index.m3u8?dvr=1"));
  await api.post(`/streams/${stream.id}/end`, {}, Stream);
  const { data } = await log.find("broadcast_ended", (event) => event.broadcast === first);
  const [from, to] = [Date.parse(data.from), Date.parse(data.to)];
  const recorded = await namedIn(at(all, `/dvr/twice/index.m3u8?from=${from}&to=${to}`));
  assert.deepEqual(liveMedia.at(1), recorded.at(1));

  const second = await onAir();
  const own = await namedIn(at(all, "/live/twice/index.m3u8?dvr=1"));
  const [init = "", segment = ""] = own;
  const [, older = ""] = recorded;
  const now = Date.now();
  const range = { from, to };
  const places = (token: string) => ({
    "live list": at(token, "/live/twice/index.m3u8"),
    window: at(token, "/live/twice/index.m3u8?dvr=1"),
    manifest: at(token, "/live/twice/manifest.mpd"),
    "live section": at(token, `/live/twice/${init}`),
    "live segment": at(token, `/live/twice/${segment}`),
    "live signal": at(token, "/live/twice/events"),
    flv: at(token, "/live/twice.flv"),
    "live thumbnails": at(token, "/live/twice/thumbnails.vtt"),
    "live poster": at(token, "/live/twice/poster.jpg"),
    "older by live": at(token, `/live/twice/${older}`),
    "first list": at(token, `/dvr/twice/index.m3u8?from=${from}&to=${to}`),
    "first manifest": at(token, `/dvr/twice/manifest.mpd?from=${from}&to=${to}`),
    "first pictures": at(token, `/dvr/twice/iframes.m3u8?from=${from}&to=${to}`),
    "first segment": at(token, `/dvr/twice/${older}`),
    "first file": at(token, `/dvr/twice/${from}-${to}.mp4`),
    "first poster": at(token, `/dvr/twice/poster.jpg?from=${from}&to=${to}`),
    "wider list": at(token, `/dvr/twice/index.m3u8?from=${from - 1}&to=${to}`),
    "later list": at(token, `/dvr/twice/index.m3u8?from=${from}&to=${to + 1}`),
    "list without an end": at(token, `/dvr/twice/index.m3u8?from=${from}`),
    "wider file": at(token, `/dvr/twice/${from}-${now}.mp4`),
    "second list": at(token, `/dvr/twice/index.m3u8?from=${to + 1}`),
    "second segment": at(token, `/dvr/twice/${segment}`),
  });
  const no = "403 token_forbidden";
  const isFirst = (name: string) => name.startsWith("first") || name === "older by live";

  await t.test("that of the first broadcast's stretch: live is another", async () => {
    const found = await doors(places(await sign({ range, broadcast: first })));
    const expected = Object.keys(found).map((name) => {
      return [name, isFirst(name) ? "200" : no];
    });
    assert.deepEqual(found, Object.fromEntries(expected));
    // Of pictures, those of the first are listed and drawn.
    const bounded = await sign({ range });
    await until("pictures of the second broadcast, for whoever may see them", async () => {
      const listed = (token: string) =>
        cuesIn(at(token, `/dvr/twice/thumbnails.vtt?from=${from}&to=${Date.now()}`));
      const [pictures, everything] = [await listed(bounded), await listed(all)];
      assert.ok(pictures.length > 0 && pictures.length <= 3, pictures.join());
      return everything.length > pictures.length ? true : undefined;
    });
    // By its times alone, the same; the live poster is of nothing.
    const byTimes = await doors(places(await sign({ range })));
    assert.deepEqual(byTimes, {
      ...found,
      "live thumbnails": "404 not_found",
      "live poster": "404 not_found",
    });
  });

  await t.test("that of the second broadcast: live, its window and its archive", async () => {
    const token = await sign({ range: { from: to + 1 }, broadcast: second });
    const found = await doors(places(token));
    const expected = Object.keys(found).map((name) => {
      const isOther = isFirst(name) || name.startsWith("wider") || /^(later|list)/.test(name);
      return [name, isOther ? no : "200"];
    });
    assert.deepEqual(found, Object.fromEntries(expected));
  });

  await t.test("that of live alone has no archive, and an empty stretch has nothing", async () => {
    const liveOnly = await sign({ kinds: ["live"], broadcast: second });
    const lists = ["", "?dvr=1"].map((query) =>
      mediaPlaylistOf(at(liveOnly, `/live/twice/index.m3u8${query}`)),
    );
    const [plain, window] = await Promise.all(lists);
    assert.equal(plain, window);
    const live = await doors(places(await sign({ kinds: ["live"], broadcast: second })));
    const opened = Object.keys(live).filter((name) => live[name] === "200");
    assert.deepEqual(opened, [
      "live list",
      "window",
      "manifest",
      "live section",
      "live segment",
      "live signal",
      "flv",
      "live thumbnails",
      "live poster",
    ]);
    const none = await doors(places(await sign({ range: { from: 0, to: 0 } })));
    assert.deepEqual(
      Object.values(none).filter((answer) => answer.startsWith("2")),
      [],
    );
  });
  await api.post(`/streams/${stream.id}/end`, {}, Stream);
});
