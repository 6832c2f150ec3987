import assert from "node:assert/strict";
import { test } from "node:test";
import { Webhook } from "standardwebhooks";
import { verifyWebhook, verifyWebhooks, WebhookError } from "./verify-webhook.ts";

const secret = `whsec_${btoa("0123456789abcdef01234567")}`;
const other = `whsec_${btoa("another secret of a sink")}`;
const at = new Date("2026-03-01T20:00:00.000Z");
const now = at.getTime();

const event = (sequence: number) => ({
  id: `evt_${sequence}`,
  type: "asset_deleted",
  sequence,
  time: "2026-03-01T20:00:00.000Z",
  data: { asset: "ast_1", title: "Ĉu — ☃ 🎬" },
});

/** A webhook as the library that other receivers use signs it. */
function signed(body: string, secrets: readonly string[] = [secret], id = "evt_1") {
  return {
    body,
    headers: {
      "webhook-id": id,
      "webhook-timestamp": String(now / 1000),
      "webhook-signature": secrets.map((key) => new Webhook(key).sign(id, at, body)).join(" "),
    },
  };
}

const body = JSON.stringify(event(1));

const verifyAfter = (seconds: number, tolerance = 300) =>
  verifyWebhook({ secret, now: now + seconds * 1000, tolerance, ...signed(body) });

test("what the standardwebhooks library signs is verified, as text and as bytes", async () => {
  assert.deepEqual(await verifyWebhook({ secret, now, ...signed(body) }), event(1));
  const bytes = new TextEncoder().encode(body);
  assert.deepEqual(await verifyWebhook({ secret, now, ...signed(body), body: bytes }), event(1));
});

test("headers may come as Headers, or as Node's and frameworks' records", async () => {
  const { headers } = signed(body);
  const loud = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toUpperCase(), value]),
  );
  for (const form of [new Headers(headers), loud, { ...headers, cookie: ["a", "b"] }]) {
    assert.deepEqual(await verifyWebhook({ secret, now, headers: form, body }), event(1));
  }
});

test("while a secret rotates, either side may be ahead", async () => {
  const both = signed(body, [other, secret]);
  assert.deepEqual(await verifyWebhook({ secret, now, ...both }), event(1));
  const old = signed(body, [secret]);
  assert.deepEqual(await verifyWebhook({ secret: [other, secret], now, ...old }), event(1));
});

test("a changed byte, id, time or another secret is refused", async () => {
  const good = signed(body);
  const changed = [
    { ...good, body: body.replace("ast_1", "ast_2") },
    { ...good, headers: { ...good.headers, "webhook-id": "evt_2" } },
    { ...good, headers: { ...good.headers, "webhook-timestamp": String(now / 1000 + 1) } },
    { ...good, headers: { ...good.headers, "webhook-signature": "v1,AAAA" } },
    { ...good, headers: { ...good.headers, "webhook-signature": "v1,*no base64*" } },
    {
      ...good,
      headers: {
        ...good.headers,
        "webhook-signature": good.headers["webhook-signature"].replace("v1,", "v2,"),
      },
    },
  ];
  for (const request of changed) {
    await assert.rejects(verifyWebhook({ secret, now, ...request }), WebhookError);
  }
  await assert.rejects(verifyWebhook({ secret: other, now, ...good }), /not of any secret/);
});

test("a webhook is fresh for five minutes to either side, or for what is told", async () => {
  assert.ok(await verifyWebhook({ secret, now: now + 300_000, ...signed(body) }));
  await assert.rejects(verifyWebhook({ secret, now: now + 301_000, ...signed(body) }));
  assert.ok(await verifyAfter(-300));
  await assert.rejects(verifyAfter(301), /301 s old/);
  await assert.rejects(verifyAfter(-301), /301 s in the future/);
  await assert.rejects(verifyAfter(11, 10), /11 s old/);
  assert.ok(await verifyAfter(3600, 3600));
});

test("missing headers, parsed bodies and secrets of another kind are told as such", async () => {
  const good = signed(body);
  await assert.rejects(verifyWebhook({ secret, now, body, headers: {} }), /webhook-id is missing/);
  await assert.rejects(verifyWebhook({ secret: "", now, ...good }), /begins with whsec_/);
  await assert.rejects(
    // @ts-expect-error: the compiler sees it too
    verifyWebhook({ secret, now, ...good, body: event(1) }),
    /as it came/,
  );
});

test("signed nonsense is no event", async () => {
  for (const text of ["", "nonsense", "{}", "null", '{"type":"asset_ready"}']) {
    await assert.rejects(verifyWebhook({ secret, now, ...signed(text) }), WebhookError);
  }
});

test("a batch is several events in order; a single one is a batch of one", async () => {
  const batch = signed(JSON.stringify([event(1), event(2)]));
  assert.deepEqual(await verifyWebhooks({ secret, now, ...batch }), [event(1), event(2)]);
  assert.deepEqual(await verifyWebhooks({ secret, now, ...signed(body) }), [event(1)]);
  await assert.rejects(verifyWebhook({ secret, now, ...batch }), /use verifyWebhooks/);
});

test("types that are newer than this version come through", async () => {
  const newer = { ...event(1), type: "asset_painted" };
  const verified = await verifyWebhook({ secret, now, ...signed(JSON.stringify(newer)) });
  assert.deepEqual(verified, newer);
});
