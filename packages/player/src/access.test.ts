import assert from "node:assert/strict";
import { test } from "node:test";
import { absence, accessOf, expiryOf, tokenIn, withToken } from "./access.ts";

const problem = (code: string): string => JSON.stringify({ code });

test("refusals are told apart: expired, not for this viewer, no seat; and failures are none", () => {
  assert.deepEqual(
    [
      accessOf(401, problem("token_expired")),
      accessOf(401, "<html>"),
      accessOf(401, problem("token_missing")),
      accessOf(403, problem("token_forbidden")),
      accessOf(429, problem("viewer_limit")),
      accessOf(503, problem("viewer_limit")),
      accessOf(503, problem("overloaded")),
      accessOf(404, problem("stream_offline")),
    ],
    ["expired", "expired", "forbidden", "forbidden", "full", "full", undefined, undefined],
  );
});

test("what is not on air, what is no more, and a server that fails are three things", () => {
  assert.deepEqual(
    [
      absence(404, problem("stream_offline")),
      absence(404, ""),
      absence(404, problem("asset_unknown")),
      absence(410, ""),
      absence(502, ""),
      absence(0, ""),
    ],
    ["missing", "missing", "gone", "gone", "unreachable", "unreachable"],
  );
});

test("a token is read from and replaced in the path, of a whole URL too", () => {
  assert.deepEqual(
    ["/t/A.b-c/live/x/index.m3u8?dvr=1", "https://m.example/t/A/vod/y", "/live/t/A/"].map((url) => [
      tokenIn(url),
      withToken(url, "$&NEW"),
    ]),
    [
      ["A.b-c", "/t/$&NEW/live/x/index.m3u8?dvr=1"],
      ["A", "https://m.example/t/$&NEW/vod/y"],
      [undefined, "/live/t/A/"],
    ],
  );
});

test("the expiry of a token is known before the server says it", () => {
  const payload = Buffer.from(JSON.stringify({ exp: 1_763_800_000 })).toString("base64url");
  assert.deepEqual(
    [expiryOf(`e30.${payload}.x`), expiryOf("e30.e30.x"), expiryOf("opaque")],
    [1_763_800_000_000, undefined, undefined],
  );
});
