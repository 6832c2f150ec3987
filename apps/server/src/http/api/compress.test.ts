import assert from "node:assert/strict";
import { once } from "node:events";
import { get } from "node:http";
import { buffer } from "node:stream/consumers";
import { test } from "node:test";
import { gunzipSync } from "node:zlib";
import { Fault } from "@oxbow/contract";
import { keys, startApi } from "./api-for-tests.ts";

test("long JSON is compressed for those who take it, short JSON and problems are not", async () => {
  await using api = await startApi({
    handlers: {
      "streams.list": async () => {
        throw new Fault("unavailable", "Not now".repeat(500));
      },
    },
  });
  const ask = async (path: string, encodings: string) => {
    const headers = { authorization: `Bearer ${keys.admin}`, "accept-encoding": encodings };
    const [response] = await once(get(`${api.url}/api/v1${path}`, { headers }), "response");
    const body = await buffer(response);
    assert.equal(response.headers["content-length"], String(body.length));
    return { headers: response.headers, status: response.statusCode, body };
  };
  const plain = await ask("/openapi.json", "gzip;q=0");
  const zipped = await ask("/openapi.json", "br, gzip");
  assert.deepEqual(
    [plain.headers["content-encoding"], plain.headers.vary, zipped.headers.vary],
    [undefined, "Accept-Encoding", "Accept-Encoding"],
  );
  assert.equal(zipped.headers["content-encoding"], "gzip");
  assert.ok(zipped.body.length * 4 < plain.body.length);
  assert.ok(gunzipSync(zipped.body).equals(plain.body));
  const short = await ask("/streams/story", "gzip");
  assert.deepEqual([short.headers["content-encoding"], short.headers.vary], [undefined, undefined]);
  const refused = await ask("/streams", "gzip");
  assert.deepEqual(
    [refused.status, refused.headers["retry-after"], refused.headers["content-encoding"]],
    [503, "1", undefined],
  );
});
