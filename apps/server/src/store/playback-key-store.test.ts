import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { newEvent } from "@oxbow/contract";
import { plus } from "@oxbow/media";
import { exportJWK, generateKeyPair } from "jose";
import { PlaybackKeys } from "../viewers/index.ts";
import { onBothDatabases } from "./databases-for-tests.ts";
import { playbackKeyStore } from "./playback-key-store.ts";
import { secretBox } from "./secret-box.ts";

const { test } = await onBothDatabases();
const box = secretBox(randomBytes(32));

test("playback keys are kept sealed, found by their kid, and gone when removed", async (on) => {
  const { store, world } = on;
  const keys = new PlaybackKeys(playbackKeyStore(store, box), world);
  const made = await keys.create({ name: "site" });
  assert.equal(Buffer.from(made.key, "base64url").length, 32);
  const row = await store.db.selectFrom("playback_keys").selectAll().executeTakeFirstOrThrow();
  assert.ok(!row.sealed_key.includes(made.key));
  assert.equal(box.open(row.sealed_key), made.key);
  // Another server of the same database, and this one after a restart.
  const other = new PlaybackKeys(playbackKeyStore(store, box), world);
  assert.deepEqual(await other.list(), [made]);
  assert.equal((await other.find(made.kid))?.algorithm, "HS256");
  await keys.remove(made.id);
  assert.equal(await keys.find(made.kid), undefined);
  await assert.rejects(keys.remove(made.id), { code: "playback_key_unknown" });
});

test("a key that another server removed is good for a few seconds more, a new one at once", async (on) => {
  const { store, world } = on;
  const here = new PlaybackKeys(playbackKeyStore(store, box), world);
  const there = new PlaybackKeys(playbackKeyStore(store, box), world);
  const first = await here.create({ name: "first" });
  assert.ok(await there.find(first.kid));
  const second = await here.create({ name: "second" });
  on.world.time = plus(on.world.time, 1_000);
  assert.ok(await there.find(second.kid));
  let cleared = 0;
  there.onRemoved = () => {
    cleared += 1;
  };
  await here.remove(first.id);
  await there.refresh();
  assert.equal(cleared, 0);
  on.world.time = plus(on.world.time, 5_000);
  await there.refresh();
  assert.deepEqual([await there.find(first.kid), cleared], [undefined, 1]);
});

test("a public key is known by its own kid, which no other key may have", async ({
  store,
  world,
}) => {
  const keys = new PlaybackKeys(playbackKeyStore(store, box), world);
  const { publicKey } = await generateKeyPair("ES256", { extractable: true });
  const { x = "", y = "" } = await exportJWK(publicKey);
  const jwk = { kty: "EC", crv: "P-256", x, y, kid: "mine" } as const;
  const made = await keys.create({ name: "own", publicKey: jwk });
  assert.deepEqual([made.kid, made.algorithm], ["mine", "ES256"]);
  await assert.rejects(keys.create({ name: "again", publicKey: jwk }), { code: "conflict" });
  // No point of the curve.
  const bad = { ...jwk, kid: "bad", y: x };
  await assert.rejects(keys.create({ name: "bad", publicKey: bad }), { code: "invalid_request" });
});

test("there are fifty playback keys at most", async ({ store, world }) => {
  const keys = new PlaybackKeys(playbackKeyStore(store, box), world);
  for (let n = 0; n < 50; n += 1) await keys.create({ name: `key ${n}` });
  await assert.rejects(keys.create({ name: "one more" }), { code: "limit_reached" });
});

test("deliveries of viewers' events stand in a lane of their own", async ({ store }) => {
  const sink = { id: "snk_1", url: "http://sink.test", types: "[]", streams: "[]", secret: "" };
  const none = { previous_secret: null, previous_secret_until: null, disabled_reason: null };
  await store.commit(async (tx) => {
    const rest = { enabled: 1, rate: null, batch: 1, created_at: 0 };
    await tx
      .insertInto("sinks")
      .values({ ...sink, ...none, ...rest })
      .execute();
    const about = { stream: { id: "str_1", name: "story" } };
    const play = { session: "ses_1", protocol: "hls", rendition: null };
    const events = [
      newEvent("play_started", play, about),
      newEvent("stream_deleted", { name: "story" }, about),
    ];
    return { value: undefined, events };
  });
  const rows = await store.db.selectFrom("deliveries").select("lane").orderBy("id").execute();
  assert.deepEqual(
    rows.map(({ lane }) => lane),
    ["str_1/play", "str_1"],
  );
});
