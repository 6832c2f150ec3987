import assert from "node:assert/strict";
import { test } from "node:test";
import { millis } from "@oxbow/media";
import { Webhook } from "standardwebhooks";
import { retryAfter } from "./retry-after.ts";
import { batchId, newSecret, signatureHeaders } from "./signature.ts";

test("a message verifies with either of two secrets, and with no other", () => {
  const [one, two, other] = [newSecret(), newSecret(), newSecret()];
  const body = '{"a":"é"}';
  const headers = signatureHeaders("evt_1", millis(Date.now()), body, [one, two]);
  assert.deepEqual(new Webhook(one).verify(body, headers), { a: "é" });
  assert.deepEqual(new Webhook(two).verify(body, headers), { a: "é" });
  assert.throws(() => new Webhook(other).verify(body, headers), /No matching signature/);
  assert.throws(() => new Webhook(one).verify('{"a":"e"}', headers), /No matching signature/);
});

test("the signature of the specification's example (Standard Webhooks 1.0)", () => {
  const headers = signatureHeaders(
    "msg_p5jXN8AQM9LWM0D4loKWxJek",
    millis(1_614_265_330_000),
    '{"test": 2432232314}',
    ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
  );
  assert.deepEqual(headers, {
    "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
    "webhook-timestamp": "1614265330",
    "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
  });
});

test("a secret has 32 random bytes and its prefix", () => {
  const secret = newSecret();
  assert.match(secret, /^whsec_/);
  assert.equal(Buffer.from(secret.slice(6), "base64").length, 32);
});

test("the same batch has the same id, a grown one another, and one event its own", () => {
  assert.equal(batchId(["evt_1"]), "evt_1");
  assert.equal(batchId(["evt_1", "evt_2"]), batchId(["evt_1", "evt_2"]));
  assert.notEqual(batchId(["evt_1", "evt_2"]), batchId(["evt_1", "evt_2", "evt_3"]));
});

test("Retry-After is seconds or a date (RFC 9110 §10.2.3), and nonsense is passed over", () => {
  const now = millis(Date.parse("2026-03-01T20:00:00Z"));
  const headers = ["120", " 0 ", "Sun, 01 Mar 2026 20:01:00 GMT", "Sun, 01 Mar 2020 20:01:00 GMT"];
  const nonsense = [undefined, "", "-1", "1.5", "soon", "99999999999999"];
  assert.deepEqual(
    headers.map((header) => retryAfter(header, now)),
    [120_000, 0, 60_000, 0],
  );
  assert.deepEqual(
    nonsense.map((header) => retryAfter(header, now)),
    nonsense.map(() => null),
  );
});
