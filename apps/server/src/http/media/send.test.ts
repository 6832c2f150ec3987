import assert from "node:assert/strict";
import { once } from "node:events";
import { get } from "node:http";
import { buffer } from "node:stream/consumers";
import { after, before, test } from "node:test";
import { gunzipSync, gzipSync } from "node:zlib";
import { type MediaServer, serveMedia } from "../serve-for-tests.ts";
import { fromBuffers } from "./answer.ts";

const list = Buffer.from("#EXTM3U\n".repeat(100));
const zipped = gzipSync(list);
let compressed = 0;
/** Made once, as the folders do it, and later known at once. */
let made: Promise<Buffer> | undefined;
const late = (): Promise<Buffer> => {
  made ??= Promise.resolve(zipped).finally(() => compressed++);
  return made;
};

let server: MediaServer;
before(async () => {
  server = await serveMedia(({ path, query }) => {
    const cacheControl = `public, max-age=${query.get("age") ?? 1}`;
    const playlist = { contentType: "application/x", cacheControl, etag: '"v1"', body: [list] };
    if (path === "now") return fromBuffers({ ...playlist, gzip: () => zipped });
    if (path === "late") return fromBuffers({ ...playlist, gzip: late });
    return path === "media" ? fromBuffers(playlist) : undefined;
  });
});
after(() => server[Symbol.asyncDispose]());

type Headers = Readonly<Record<string, string>>;

async function ask(path: string, headers: Headers = {}, method = "GET") {
  const url = `${server.http}/live/story/${path}`;
  const [response] = await once(get(url, { headers, method }), "response");
  const body: Buffer = await buffer(response);
  return { status: response.statusCode, headers: response.headers, body };
}

/** Status, tag, encoding, Vary, length, and whether ranges are offered. */
async function told(path: string, headers: Headers, method?: string) {
  const { status, headers: got, body } = await ask(path, headers, method);
  const { etag, vary, "content-encoding": encoding, "accept-ranges": ranges } = got;
  return [status, etag, encoding, vary, body.length, ranges];
}

const VARY = "Accept-Encoding";
const gzip = { "accept-encoding": "gzip, br" };

test("RFC 9110 §8.8.3.3: each encoding has a strong tag of its own, and a tag is one of one encoding", async () => {
  const whole = [200, '"v1"', undefined, VARY, 800, "bytes"];
  const small = [200, '"v1.gz"', "gzip", VARY, zipped.length, undefined];
  for (const path of ["now", "late"]) {
    assert.deepEqual(await told(path, {}), whole);
    assert.deepEqual(await told(path, { "accept-encoding": "gzip;q=0, *" }), whole);
    assert.deepEqual(await told(path, gzip), small);
    assert.deepEqual(await told(path, { ...gzip, "if-none-match": '"v1"' }), small);
    assert.deepEqual(await told(path, { "if-none-match": '"v1.gz"' }), whole);
    const same = { "if-none-match": 'W/"x", "v1"' };
    assert.deepEqual(await told(path, same), [304, '"v1"', undefined, VARY, 0, "bytes"]);
    const sameGzip = { ...gzip, "if-none-match": '"v1.gz"' };
    assert.deepEqual(await told(path, sameGzip), [304, '"v1.gz"', "gzip", VARY, 0, undefined]);
    assert.ok(gunzipSync((await ask(path, gzip)).body).equals(list));
  }
  assert.equal(compressed, 1);
  assert.deepEqual(await told("media", gzip), [200, '"v1"', undefined, undefined, 800, "bytes"]);
});

test("RFC 9110 §14: ranges are of the bytes as they are, whatever encodings are taken", async () => {
  const part = await ask("now", { ...gzip, range: "bytes=1-6" });
  assert.deepEqual(
    [part.status, part.headers.etag, part.headers["content-encoding"], part.body.toString()],
    [206, '"v1"', undefined, "EXTM3U"],
  );
  assert.equal(part.headers.vary, VARY);
  const kept = await ask("now", { ...gzip, range: "bytes=1-6", "if-range": '"v1"' });
  assert.equal(kept.status, 206);
  const changed = await ask("now", { ...gzip, range: "bytes=1-6", "if-range": '"v1.gz"' });
  assert.deepEqual([changed.status, changed.body.length], [200, 800]);
});

test("RFC 9110 §9.3.2: HEAD has the headers of GET in either encoding", async () => {
  for (const headers of [{}, gzip, { range: "bytes=0-3" }]) {
    const [head, whole] = [await ask("now", headers, "HEAD"), await ask("now", headers)];
    delete head.headers.date;
    delete whole.headers.date;
    assert.deepEqual([head.status, head.headers], [whole.status, whole.headers]);
    assert.equal(head.body.length, 0);
  }
});

test("the same body under other headers is told by its own", async () => {
  for (const age of [1, 12, 1, 12, 6]) {
    const { headers, body } = await ask(`now?age=${age}`);
    assert.equal(headers["cache-control"], `public, max-age=${age}`);
    assert.ok(body.equals(list));
  }
});
