import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { signPlayback, withToken } from "@oxbow/sdk";
import { decodeProtectedHeader, exportJWK, generateKeyPair, jwtVerify } from "jose";

const now = Date.parse("2026-03-01T20:00:00.000Z");
const grant = { kid: "pbk_1", sub: "str_1", expiresIn: 60, now };
const currentDate = new Date(now);

test("a token is signed with the secret that the server told, and says what is allowed", async () => {
  const secret = randomBytes(32);
  const token = await signPlayback({
    ...grant,
    key: secret.toString("base64url"),
    notBefore: now,
    jti: "viewer-7",
    maxSessions: 2,
    kinds: ["live", "dvr"],
    range: { from: now, to: now + 5 },
    broadcast: "brd_1",
    claims: { tier: "gold", sub: "not this one" },
  });
  const { payload, protectedHeader } = await jwtVerify(token, secret, { currentDate });
  const seconds = now / 1000;
  assert.deepEqual(protectedHeader, { alg: "HS256", kid: "pbk_1" });
  assert.deepEqual(payload, {
    tier: "gold",
    sub: "str_1",
    aud: "oxbow-playback",
    iat: seconds,
    exp: seconds + 60,
    nbf: seconds,
    jti: "viewer-7",
    maxSessions: 2,
    kinds: ["live", "dvr"],
    from: now,
    to: now + 5,
    broadcast: "brd_1",
  });
  const open = await signPlayback({ ...grant, key: "AA", range: { from: now, to: undefined } });
  const claims: unknown = JSON.parse(Buffer.from(open.split(".")[1] ?? "", "base64url").toString());
  assert.ok(typeof claims === "object" && claims !== null && "from" in claims);
  assert.ok(!("to" in claims) && !("broadcast" in claims));
  await assert.rejects(signPlayback({ ...grant, key: "AA", range: { from: 2, to: 1 } }), /range/);
});

test("a private key of one's own signs by ES256, as a JWK and as it is", async () => {
  const { privateKey, publicKey } = await generateKeyPair("ES256", { extractable: true });
  for (const key of [privateKey, await exportJWK(privateKey)]) {
    const token = await signPlayback({ ...grant, key });
    assert.equal(decodeProtectedHeader(token).alg, "ES256");
    assert.equal((await jwtVerify(token, publicKey, { currentDate })).payload.sub, "str_1");
  }
});

test("a public key, and a token without a time, are refused where they are made", async () => {
  const { publicKey } = await generateKeyPair("ES256", { extractable: true });
  const key = await exportJWK(publicKey);
  await assert.rejects(signPlayback({ ...grant, key }), /private P-256 key/);
  await assert.rejects(signPlayback({ ...grant, key: "AA", expiresIn: 0 }), /expiresIn/);
});

test("the token stands before the kind of a playback URL, whatever it is reached by", () => {
  assert.deepEqual(
    [
      "https://media.test/live/story/index.m3u8?dvr=1",
      "https://site.test/media/vod/ast_1/index.m3u8",
      "http://media.test:8080/embed/story",
    ].map((url) => withToken(url, "TOKEN")),
    [
      "https://media.test/t/TOKEN/live/story/index.m3u8?dvr=1",
      "https://site.test/media/t/TOKEN/vod/ast_1/index.m3u8",
      "http://media.test:8080/t/TOKEN/embed/story",
    ],
  );
  assert.throws(() => withToken("http://media.test/api/v1/streams", "TOKEN"), /no playback URL/);
});
