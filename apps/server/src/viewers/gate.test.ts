import assert from "node:assert/strict";
import { createHmac, randomBytes } from "node:crypto";
import { test } from "node:test";
import { Fault } from "@oxbow/contract";
import { millis, plus } from "@oxbow/media";
import { exportJWK, generateKeyPair } from "jose";
import type { Admission } from "./gate.ts";
import {
  requestOf,
  streamOf,
  type TestViewers,
  testViewers,
  titlesOf,
} from "./viewers-for-tests.ts";

const titles = titlesOf(
  [streamOf("story", { policy: "signed" }), streamOf("other", { policy: "signed" })],
  {
    ast_1: { policy: "signed", stream: null },
    ast_2: { policy: "public", stream: null },
    ast_story: { policy: "signed", stream: "str_story" },
  },
);
const signedOnly = (): TestViewers => testViewers({ titles });

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");

/** RFC 7515 by hand, so that header and claims can be anything. */
function signed(header: object, claims: object, secret: Uint8Array, hash = "sha256"): string {
  const text = `${part(header)}.${part(claims)}`;
  return `${text}.${createHmac(hash, secret).update(text).digest("base64url")}`;
}

/** Signs as a platform does. A claim that is undefined is left out. */
async function tokenOf(
  { viewers, world }: TestViewers,
  claims: Readonly<Record<string, unknown>>,
  header: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  const [key] = await viewers.keys.list();
  const made = key ?? (await viewers.keys.create({ name: "site" }));
  const exp = Math.floor(world.time / 1000) + 60;
  const secret = Buffer.from(made.key, "base64url");
  return signed(
    { alg: "HS256", kid: made.kid, ...header },
    { exp, sub: "str_story", ...claims },
    secret,
  );
}

const codeOf = (admission: Admission): string =>
  admission instanceof Fault ? admission.code : admission === undefined ? "uncounted" : "in";

async function ask(on: TestViewers, url: string): Promise<string> {
  return codeOf(await on.viewers.admit(requestOf(url)));
}

test("a token opens its own stream, by its id or its name, live, recorded and made into a title, and nothing else", async () => {
  const on = signedOnly();
  const byId = await tokenOf(on, {});
  const byName = await tokenOf(on, { sub: "story" });
  const ofAsset = await tokenOf(on, { sub: "ast_1" });
  const ofOther = await tokenOf(on, { sub: "str_other" });
  const found: Record<string, string> = {};
  for (const url of [
    `/t/${byId}/live/story/index.m3u8`,
    `/t/${byId}/dvr/str_story/index.m3u8`,
    `/t/${byName}/live/story/index.m3u8`,
    `/t/${byId}/embed/story`,
    `/t/${byId}/live/story/poster.jpg`,
    `/t/${byId}/live/other/index.m3u8`,
    `/t/${byId}/vod/ast_1/index.m3u8`,
    `/t/${ofAsset}/vod/ast_1/index.m3u8`,
    `/t/${ofAsset}/vod/ast_story/index.m3u8`,
    `/t/${byId}/vod/ast_story/index.m3u8`,
    `/t/${byName}/vod/ast_story/index.m3u8`,
    `/t/${ofOther}/vod/ast_story/index.m3u8`,
    `/t/${ofAsset}/live/story/index.m3u8`,
    "/live/story/index.m3u8",
    "/live/story/events",
    "/live/story.flv",
    "/vod/ast_1/source.mp4",
    "/embed/story",
    "/embed/assets/player.js",
    "/vod/ast_2/index.m3u8",
    "/live/nobody/index.m3u8",
  ]) {
    const name = url
      .replace(byId, "ID")
      .replace(byName, "NAME")
      .replace(ofAsset, "ASSET")
      .replace(ofOther, "OTHER");
    found[name] = await ask(on, url);
  }
  assert.deepEqual(found, {
    "/t/ID/live/story/index.m3u8": "in",
    "/t/ID/dvr/str_story/index.m3u8": "in",
    "/t/NAME/live/story/index.m3u8": "in",
    "/t/ID/embed/story": "uncounted",
    "/t/ID/live/story/poster.jpg": "uncounted",
    "/t/ID/live/other/index.m3u8": "token_forbidden",
    "/t/ID/vod/ast_1/index.m3u8": "token_forbidden",
    "/t/ASSET/vod/ast_1/index.m3u8": "in",
    "/t/ASSET/vod/ast_story/index.m3u8": "token_forbidden",
    "/t/ID/vod/ast_story/index.m3u8": "in",
    "/t/NAME/vod/ast_story/index.m3u8": "in",
    "/t/OTHER/vod/ast_story/index.m3u8": "token_forbidden",
    "/t/ASSET/live/story/index.m3u8": "token_forbidden",
    "/live/story/index.m3u8": "token_missing",
    "/live/story/events": "token_missing",
    "/live/story.flv": "token_missing",
    "/vod/ast_1/source.mp4": "token_missing",
    "/embed/story": "token_missing",
    "/embed/assets/player.js": "uncounted",
    "/vod/ast_2/index.m3u8": "in",
    "/live/nobody/index.m3u8": "uncounted",
  });
});

test("RFC 8725: what a hostile token says of itself is not believed", async () => {
  const on = signedOnly();
  const good = await tokenOf(on, {});
  const [header = "", payload = "", signature = ""] = good.split(".");
  const [{ kid, key } = { kid: "", key: "" }] = await on.viewers.keys.list();
  const { publicKey } = await generateKeyPair("ES256", { extractable: true });
  const { x = "", y = "" } = await exportJWK(publicKey);
  const own = await on.viewers.keys.create({
    name: "own",
    publicKey: { kty: "EC", crv: "P-256", x, y, kid: "own" },
  });
  const exp = Math.floor(on.world.time / 1000) + 60;
  const claims = { exp, sub: "str_story" };
  const by = (secret: string | Buffer, of: unknown) =>
    signed({ alg: "HS256", kid: of }, claims, Buffer.from(secret));
  const secret = Buffer.from(key, "base64url");
  const hostile: Record<string, string> = {
    // §2.1, §3.1: no algorithm, in every spelling.
    none: `${part({ alg: "none", kid })}.${payload}.`,
    None: `${part({ alg: "nOnE", kid })}.${payload}.${signature}`,
    // §2.1: the public key as the secret of an HMAC.
    "public key as secret": by(own.key, "own"),
    "other HMAC": signed({ alg: "HS384", kid }, claims, secret, "sha384"),
    "unknown kid": by(randomBytes(32), "pbk_nobody"),
    "another's secret": by(randomBytes(32), kid),
    "no kid": `${part({ alg: "HS256" })}.${payload}.${signature}`,
    "kid of no text": `${part({ alg: "HS256", kid: { a: 1 } })}.${payload}.${signature}`,
    "kid of Object": by(randomBytes(32), "__proto__"),
    "other payload": `${header}.${part({ sub: "str_story", exp: exp + 1 })}.${signature}`,
    "no signature": `${header}.${payload}.`,
    "two parts": `${header}.${payload}`,
    "critical header": signed({ alg: "HS256", kid, crit: ["x"], x: 1 }, claims, secret),
    "no JSON": `${Buffer.from("{").toString("base64url")}.${payload}.${signature}`,
    empty: "..",
    huge: `${header}.${"A".repeat(200_000)}.${signature}`,
  };
  const found: Record<string, string> = {};
  for (const [name, token] of Object.entries(hostile)) {
    found[name] = await ask(on, `/t/${token}/live/story/index.m3u8`);
  }
  const refused = Object.fromEntries(Object.keys(hostile).map((name) => [name, "token_invalid"]));
  assert.deepEqual(found, refused);
  assert.equal(await ask(on, `/t/${good}/live/story/index.m3u8`), "in");
});

test("RFC 7519 §4.1: exp and sub are needed; nbf, aud and the rest are held to where they stand", async () => {
  const on = signedOnly();
  const now = Math.floor(on.world.time / 1000);
  const told: [string, Record<string, unknown>][] = [
    ["no exp", { exp: undefined }],
    ["exp is no number", { exp: "tomorrow" }],
    ["no sub", { sub: undefined }],
    ["long over", { exp: now - 60 }],
    ["over since a clock's difference", { exp: now - 4 }],
    ["not yet", { nbf: now + 60 }],
    ["nearly", { nbf: now + 4 }],
    ["our audience", { aud: "oxbow-playback" }],
    ["ours among others", { aud: ["site", "oxbow-playback"] }],
    ["another audience", { aud: "oxbow-playback-2" }],
    ["kinds", { kinds: ["dvr"] }],
    ["no sessions", { maxSessions: 0 }],
  ];
  const found: Record<string, string> = {};
  for (const [name, claims] of told) {
    const token = await tokenOf(on, claims);
    found[name] = await ask(on, `/t/${token}/live/story/index.m3u8`);
  }
  assert.deepEqual(found, {
    "no exp": "token_invalid",
    "exp is no number": "token_invalid",
    "no sub": "token_invalid",
    "long over": "token_expired",
    "over since a clock's difference": "in",
    "not yet": "token_invalid",
    nearly: "in",
    "our audience": "in",
    "ours among others": "in",
    "another audience": "token_invalid",
    kinds: "token_forbidden",
    "no sessions": "token_invalid",
  });
});

test("a token is verified once, is answered for at once from then on, and expires all the same", async () => {
  const on = signedOnly();
  const url = `/t/${await tokenOf(on, {})}/live/story/1.m4s`;
  assert.ok(on.viewers.admit(requestOf(url)) instanceof Promise);
  assert.equal(await ask(on, url), "in");
  const again = on.viewers.admit(requestOf(url));
  assert.ok(!(again instanceof Promise));
  assert.equal(codeOf(again), "in");
  on.world.time = plus(on.world.time, 66_000);
  assert.equal(await ask(on, url), "token_expired");
});

test("keys are rotated: the old and the new are good together, until the old one is removed", async () => {
  const on = signedOnly();
  const before = `/t/${await tokenOf(on, {})}/live/story/index.m3u8`;
  const [old] = await on.viewers.keys.list();
  assert.equal(await ask(on, before), "in");
  const next = await on.viewers.keys.create({ name: "next" });
  const token = signed(
    { alg: "HS256", kid: next.kid },
    { exp: Math.floor(on.world.time / 1000) + 60, sub: "str_story" },
    Buffer.from(next.key, "base64url"),
  );
  const after = `/t/${token}/live/story/index.m3u8`;
  on.world.time = plus(on.world.time, 1_000);
  assert.deepEqual([await ask(on, before), await ask(on, after)], ["in", "in"]);
  await on.viewers.keys.remove(old?.id ?? "");
  assert.deepEqual([await ask(on, before), await ask(on, after)], ["token_invalid", "in"]);
});

test("maxSessions of a token: who is in stays in, the next waits until one has left", async () => {
  const on = signedOnly();
  const url = `/t/${await tokenOf(on, { maxSessions: 2, jti: "family" })}/live/story/index.m3u8`;
  const from = async (address: string) =>
    codeOf(await on.viewers.admit(requestOf(url, { address })));
  assert.deepEqual(
    [await from("::1"), await from("::2"), await from("::3"), await from("::1")],
    ["in", "in", "viewer_limit", "in"],
  );
  on.world.time = plus(on.world.time, 20_000);
  assert.equal(await from("::2"), "in");
  on.world.time = plus(on.world.time, 11_000);
  on.viewers.sweep();
  assert.deepEqual(
    [await from("::3"), await from("::2"), await from("::1")],
    ["in", "in", "viewer_limit"],
  );
});

test("maxViewers of a stream counts those who play, on every protocol", async () => {
  const story = streamOf("story", { policy: "public", maxViewers: 2 });
  const on = testViewers({ titles: titlesOf([story]) });
  const from = (address: string, url: string) => {
    const admission = on.viewers.admit(requestOf(url, { address }));
    return admission instanceof Promise ? "waits" : codeOf(admission);
  };
  const attempt = { protocol: "rtmp", token: null, client: null };
  const [at, stream] = ["192.0.2.9:1000", { id: "str_story" }];
  const played = await on.viewers.admitPlay({ ...attempt, stream, address: at });
  assert.ok(played.ok);
  assert.equal(from("::1", "/live/story/index.m3u8"), "in");
  assert.equal(from("::2", "/live/story/index.m3u8"), "viewer_limit");
  assert.equal(from("::2", "/live/story/poster.jpg"), "uncounted");
  assert.equal(from("::1", "/live/story/stt_1/1/5.m4s"), "in");
  played.session.ended();
  assert.equal(from("::2", "/live/story.flv"), "in");
});

test("a user agent is remembered by its first 300 characters", () => {
  const on = testViewers();
  for (const userAgent of ["x".repeat(16_000), `${"x".repeat(300)}y`, "x".repeat(299)]) {
    const viewing = on.viewers.admit(requestOf("/live/story/index.m3u8", { userAgent }));
    assert.ok(viewing && "served" in viewing);
    viewing.served(undefined, 1);
  }
  assert.deepEqual(
    on.viewers.sessions().map(({ userAgent }) => userAgent.length),
    [300, 299],
  );
});

test("a viewer who was sent away stays away for a minute, and so does his connection", async () => {
  const on = testViewers();
  const url = "/live/story/index.m3u8";
  const viewing = on.viewers.admit(requestOf(url));
  assert.ok(viewing && "served" in viewing);
  viewing.served(undefined, 100);
  const flv = on.viewers.admit(requestOf("/live/story.flv", { address: "::2" }));
  assert.ok(flv && "served" in flv);
  let shown = 0;
  flv.joined(undefined, { close: () => (shown += 1) });
  flv.served(undefined, 1);
  const sessions = on.viewers.sessions().map(({ id, protocol }) => ({ id, protocol }));
  assert.deepEqual(
    sessions.map(({ protocol }) => protocol),
    ["hls", "flv"],
  );
  for (const { id } of sessions) assert.equal(on.viewers.kick(id), true);
  assert.equal(on.viewers.kick(sessions[0]?.id ?? ""), false);
  assert.deepEqual([shown, await ask(on, url)], [1, "viewer_refused"]);
  assert.equal(
    codeOf(await on.viewers.admit(requestOf("/live/story.flv", { address: "::2" }))),
    "viewer_refused",
  );
  assert.equal(codeOf(await on.viewers.admit(requestOf(url, { address: "::3" }))), "in");
  on.world.time = millis(on.world.time + 60_000);
  assert.equal(await ask(on, url), "in");
});

test("a token for a stretch says so to whoever answers, and opens no title by its stream", async () => {
  const on = signedOnly();
  const bounded = await tokenOf(on, { from: 1000, to: 2000, broadcast: "brd_1" });
  const request = requestOf(`/t/${bounded}/dvr/story/index.m3u8?from=1000&to=2000`);
  assert.equal(codeOf(await on.viewers.admit(request)), "in");
  assert.deepEqual(request.within, {
    ...{ from: 1000, to: 2000, broadcast: "brd_1" },
    liveOnly: false,
  });
  const whole = requestOf(`/t/${await tokenOf(on, {})}/dvr/story/index.m3u8?from=1000`);
  assert.equal(codeOf(await on.viewers.admit(whole)), "in");
  assert.equal(whole.within, undefined);
  assert.equal(await ask(on, `/t/${bounded}/vod/ast_story/index.m3u8`), "token_forbidden");
  const own = await tokenOf(on, { sub: "ast_story", from: 1000 });
  assert.equal(await ask(on, `/t/${own}/vod/ast_story/index.m3u8`), "in");
  for (const claims of [{ from: "1000" }, { to: -1 }, { from: 0.5 }, { broadcast: 7 }]) {
    const bad = await tokenOf(on, claims);
    assert.equal(await ask(on, `/t/${bad}/dvr/story/index.m3u8`), "token_invalid");
  }
});

test("a connection that plays begins now: in the stretch, and in the broadcast", async () => {
  const on = signedOnly();
  const { time } = on.world;
  const codes: string[] = [];
  for (const claims of [
    { from: time - 1000, to: time + 1000 },
    { broadcast: "brd_story" },
    { from: time + 1 },
    { to: time },
    { broadcast: "brd_before" },
  ]) {
    const admission = await on.viewers.admitPlay({
      stream: { id: "str_story" },
      protocol: "rtmp",
      token: await tokenOf(on, claims),
      address: "192.0.2.1:4000",
      client: null,
    });
    codes.push(admission.ok ? "in" : admission.code);
  }
  const no = "token_forbidden";
  assert.deepEqual(codes, ["in", "in", no, no, no]);
});

test("the new policy of an asset is in force at once where it was changed", async () => {
  let policy: "public" | "signed" = "public";
  const asset = async () => ({ policy, stream: null });
  const on = testViewers({ titles: { ...titles, asset } });
  assert.equal(await ask(on, "/vod/ast_9/index.m3u8"), "in");
  policy = "signed";
  assert.equal(await ask(on, "/vod/ast_9/index.m3u8"), "in");
  on.viewers.assetChanged("ast_9");
  assert.equal(await ask(on, "/vod/ast_9/index.m3u8"), "token_missing");
});
