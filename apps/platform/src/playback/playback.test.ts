import assert from "node:assert/strict";
import { type Client, OxbowError } from "@oxbow/sdk";
import { storeTest } from "../store/store-for-tests.ts";
import { Playback, type PlaybackParts } from "./playback.ts";
import type { PlaybackWish } from "./playback-wish.ts";
import { schedulePolicy } from "./policies.ts";

type Media = {
  readonly client: PlaybackParts["client"];
  readonly policies: Map<string, string>;
  /** Kids that it knows. */
  readonly keys: string[];
  /** Called before a policy is changed. */
  before: (policy: string) => Promise<void>;
  away: boolean;
};

/** The media server, as far as policies and keys go. */
function mediaServer(): Media {
  const check = (media: Media) => {
    if (media.away) throw new OxbowError("unreachable", "No answer");
  };
  const media: Media = {
    policies: new Map([["str_1", "public"]]),
    keys: [],
    before: async () => {},
    away: false,
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only what is called
    client: {
      streams: {
        get: async (id: string) => {
          check(media);
          return { playback: { policy: media.policies.get(id) } };
        },
        update: async (id: string, { playback }: { playback: { policy: string } }) => {
          check(media);
          await media.before(playback.policy);
          media.policies.set(id, playback.policy);
        },
      },
      assets: {
        get: async (id: string) => {
          check(media);
          return { playback: { policy: "public", mp4: `http://127.0.0.1/vod/${id}/720p.mp4` } };
        },
      },
      playbackKeys: {
        async *list() {
          check(media);
          for (const kid of media.keys) yield { kid };
        },
        create: async () => {
          check(media);
          const kid = `pbk_${media.keys.length}`;
          media.keys.push(kid);
          return { kid, secret: Buffer.alloc(32, media.keys.length).toString("base64url") };
        },
      },
    } as unknown as Pick<Client, "streams" | "assets" | "playbackKeys">,
  };
  return media;
}

const claimsOf = (token = ""): unknown =>
  JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString());

const stream = { id: "str_1", name: "story" };
const mediaUrl = "https://media.test";

storeTest(
  "what is public has plain addresses, what is private a token for it alone",
  async (on) => {
    const media = mediaServer();
    const facts = { isStreamPrivate: async () => false, isAssetPrivate: async () => false };
    const playback = new Playback({ ...on, client: media.client, facts, mediaUrl });
    const range = { from: 1000, to: null };
    const live = { stream, what: "live", broadcast: "brd_1", range, viewer: "per_1" } as const;
    assert.deepEqual(await playback.of({ ...live, signed: false }), {
      id: "str_1",
      kind: "live",
      hls: "https://media.test/live/story/index.m3u8?dvr=1",
      thumbnails: "https://media.test/live/story/thumbnails.vtt",
      poster: "https://media.test/live/story/poster.jpg",
      events: "https://media.test/live/story/events",
      recording: "https://media.test/dvr/story/index.m3u8?from=1000",
    });
    assert.deepEqual(media.keys, []);
    const found = await playback.of({ ...live, signed: true });
    assert.equal(found?.hls, `https://media.test/t/${found?.token}/live/story/index.m3u8?dvr=1`);
    const seconds = Math.floor(on.world.time / 1000);
    const common = { aud: "oxbow-playback", iat: seconds, exp: seconds + 900, jti: "per_1" };
    assert.deepEqual(claimsOf(found?.token), {
      ...common,
      ...{ sub: "str_1", kinds: ["live", "dvr"], from: 1000, broadcast: "brd_1" },
    });
    assert.equal(found?.expiresAt, (seconds + 900) * 1000);
    // Nothing that is on air is opened while nobody knows which broadcast it is.
    const { broadcast: _, range: __, ...planned } = live;
    const none = await playback.of({ ...planned, signed: true });
    assert.deepEqual(claimsOf(none?.token), {
      ...common,
      ...{ sub: "str_1", kinds: ["dvr"], from: 0, to: 0 },
    });
    const file = await playback.of({
      ...{ stream, what: "file", asset: { id: "ast_1" }, signed: true, viewer: null },
    });
    const { jti: ___, ...anonymous } = common;
    assert.equal(file?.mp4, `https://media.test/t/${file?.token}/vod/ast_1/720p.mp4`);
    assert.deepEqual(claimsOf(file?.token), { ...anonymous, sub: "ast_1", kinds: ["vod"] });
  },
);

storeTest(
  "the key is made once, kept, and made anew where the media server forgot it",
  async (on) => {
    const media = mediaServer();
    const facts = { isStreamPrivate: async () => true, isAssetPrivate: async () => true };
    const parts = { ...on, client: media.client, facts, mediaUrl };
    const wish: PlaybackWish = {
      ...{ stream, range: { from: 1, to: 2 }, signed: true, viewer: null },
      what: "recording",
    };
    const kidOf = async (playback: Playback) => {
      const token = (await playback.of(wish))?.token ?? "";
      const header: { kid?: string } = JSON.parse(
        Buffer.from(token.split(".")[0] ?? "", "base64url").toString(),
      );
      return header.kid;
    };
    const [first, second] = [new Playback(parts), new Playback(parts)];
    assert.deepEqual(await Promise.all([kidOf(first), kidOf(first)]), ["pbk_0", "pbk_0"]);
    assert.equal(await kidOf(second), "pbk_0");
    media.away = true;
    on.world.time += 3_600_000;
    assert.equal(await kidOf(second), "pbk_0");
    media.away = false;
    media.keys.splice(0, 1, "another");
    on.world.time += 3_600_000;
    assert.equal(await kidOf(second), "pbk_1");
    assert.deepEqual(media.keys, ["another", "pbk_1"]);
  },
);

storeTest("what becomes private is signed before, whatever is under way", async (on) => {
  const media = mediaServer();
  let isPrivate = false;
  const facts = { isStreamPrivate: async () => isPrivate, isAssetPrivate: async () => false };
  const told: string[] = [];
  const playback = new Playback({
    ...on,
    ...{ client: media.client, facts, mediaUrl },
    changed: async (_tx, _subject, policy) => {
      told.push(policy);
    },
  });
  const follow = () => playback.follow({ stream: "str_1" });
  media.policies.set("str_1", "signed");
  // A task that has read "nothing is private" is about to make the stream public …
  const underWay = Promise.withResolvers<void>();
  const mayGoOn = Promise.withResolvers<void>();
  media.before = async (policy) => {
    if (policy !== "public") return;
    underWay.resolve();
    await mayGoOn.promise;
  };
  const task = follow();
  await underWay.promise;
  // … while somebody plans a private video.
  const planned = playback.ensureSigned({ stream: "str_1" }).then(() => {
    assert.equal(media.policies.get("str_1"), "signed");
    isPrivate = true;
    return on.store.commit((tx) => schedulePolicy(tx, on.world, { stream: "str_1" }));
  });
  mayGoOn.resolve();
  await Promise.all([task, planned]);
  await follow();
  assert.equal(media.policies.get("str_1"), "signed");

  // Public again: a moment later, as another private thing may be about to come.
  isPrivate = false;
  await follow();
  assert.equal(media.policies.get("str_1"), "signed");
  on.world.time += 5_001;
  await follow();
  assert.equal(media.policies.get("str_1"), "public");

  // One whose plan never came: signed for a minute, and then as the facts are.
  await playback.ensureSigned({ stream: "str_1" });
  on.world.time += 59_000;
  await follow();
  assert.equal(media.policies.get("str_1"), "signed");
  on.world.time += 1_001;
  await follow();
  assert.equal(media.policies.get("str_1"), "public");
  assert.deepEqual(told, ["public", "signed", "public", "signed", "public"]);
  const due = await on.store.db
    .selectFrom("tasks")
    .select(["kind", "key"])
    .orderBy("key")
    .execute();
  assert.deepEqual(due, [
    { kind: "playback.policy", key: "str_1" },
    { kind: "playback.policy", key: "str_1.held" },
  ]);

  // Nothing is made private while the media server can't be told.
  media.away = true;
  await assert.rejects(playback.ensureSigned({ stream: "str_1" }), OxbowError);
});
