import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Fault } from "@oxbow/contract";
import { type MediaServer, serveMedia } from "../serve-for-tests.ts";
import { fromMemory, type MediaReply } from "./answer.ts";
import type { Admission, MediaGate } from "./gate.ts";
import { type MediaRequest, placeOf } from "./media-request.ts";
import type { MediaWriter } from "./media-stream.ts";

const body = Buffer.alloc(1000, "0123456789");
const said: string[] = [];
const writers: MediaWriter[] = [];

const viewing = {
  served: ({ path }: MediaRequest, bytes: number) => void said.push(`${path} ${bytes}`),
  joined: ({ path }: MediaRequest) => void said.push(`${path} joined`),
  left: ({ path }: MediaRequest) => void said.push(`${path} left`),
};

const gate: MediaGate = {
  admit({ token, owner }): Admission | Promise<Admission> {
    if (owner === "public") return undefined;
    if (token === "slow") return Promise.resolve(viewing);
    if (token === "good") return viewing;
    if (token === "late") return Promise.resolve(new Fault("forbidden", "Too late"));
    return new Fault("unauthorized", "A token is needed", { details: { maxAge: 0 } });
  },
};

let server: MediaServer;
before(async () => {
  server = await serveMedia(
    ({ owner, path, token, address, query }): MediaReply | undefined => {
      if (path === "who") {
        const told = JSON.stringify([owner, token ?? null, address, query.get("q")]);
        return fromMemory("application/json", "no-store", [Buffer.from(told)]);
      }
      if (path === "1.m4s") return fromMemory("video/mp4", "public", [body]);
      if (path === "file.mp4") {
        async function* read(start: number, end: number) {
          yield body.subarray(start, Math.min(end, 600));
          if (end > 600) yield body.subarray(600, end);
        }
        const reader = { kind: "reader", read } as const;
        return { contentType: "video/mp4", cacheControl: "public", bytes: 1000, body: reader };
      }
      if (path !== ".flv") return undefined;
      const open = (writer: MediaWriter) => void writers.push(writer);
      return { contentType: "video/x-flv", cacheControl: "no-store", open };
    },
    { gate, addressOf: () => "198.51.100.1" },
  );
});
after(() => server[Symbol.asyncDispose]());

const get = (path: string, init: RequestInit = {}) => fetch(`${server.http}${path}`, init);
const takeSaid = () => said.splice(0);

test("the token in front of a path goes to the gate, and the rest is as without", async () => {
  const who = async (path: string) => (await get(path)).json();
  assert.deepEqual(await who("/live/public/who?q=1"), ["public", null, "198.51.100.1", "1"]);
  assert.deepEqual(await who("/t/good/live/public/who?q=/live/x"), [
    "public",
    "good",
    "198.51.100.1",
    "/live/x",
  ]);
  assert.deepEqual(await who("/t/slow/live/st%C3%B3ry/who"), [
    "stóry",
    "slow",
    "198.51.100.1",
    null,
  ]);
});

test("who is refused gets the gate's problem, kept as long as it says; preflights always pass", async () => {
  const refused = async (path: string) => {
    const response = await get(path);
    const { code, maxAge }: { code: string; maxAge?: number } = JSON.parse(await response.text());
    return [response.status, code, response.headers.get("cache-control"), maxAge];
  };
  assert.deepEqual(await refused("/live/story/1.m4s"), [
    401,
    "unauthorized",
    "public, max-age=0",
    undefined,
  ]);
  assert.deepEqual(await refused("/t/late/live/story/1.m4s"), [
    403,
    "forbidden",
    "no-store",
    undefined,
  ]);
  const { headers } = await get("/live/story/1.m4s");
  assert.equal(headers.get("www-authenticate"), 'Bearer realm="oxbow"');
  const preflight = await get("/live/story/1.m4s", {
    method: "OPTIONS",
    headers: { "access-control-request-private-network": "true" },
  });
  assert.deepEqual(
    [preflight.status, preflight.headers.get("access-control-allow-private-network")],
    [204, "true"],
  );
});

test("bytes are told as they go out, whichever way they take", async () => {
  takeSaid();
  const of = async (path: string, init: RequestInit = {}) => {
    await (await get(`/t/good/live/story/${path}`, init)).arrayBuffer();
    return takeSaid();
  };
  assert.deepEqual(await of("1.m4s"), ["1.m4s 1000"]);
  assert.deepEqual(await of("1.m4s", { headers: { range: "bytes=0-9" } }), ["1.m4s 10"]);
  assert.deepEqual(await of("1.m4s", { method: "HEAD" }), []);
  assert.deepEqual(await of("file.mp4"), ["file.mp4 600", "file.mp4 400"]);
  assert.deepEqual(await of("nothing"), []);
});

test("an endless answer is told at its beginning, at each write, and at its end", async () => {
  const aborted = new AbortController();
  const response = await get("/t/slow/live/story.flv", { signal: aborted.signal });
  const [writer] = writers.splice(0);
  writer?.write([body.subarray(0, 3), body.subarray(3, 10)]);
  const reader = response.body?.getReader();
  assert.equal((await reader?.read())?.value?.length, 10);
  const left = new Promise<void>((resolve) => writer?.onClose(resolve));
  aborted.abort();
  await left;
  assert.deepEqual(takeSaid(), [".flv joined", ".flv 10", ".flv left"]);
});

test("a HEAD of an endless answer has its headers, and begins nothing", async () => {
  const response = await get("/t/good/live/story.flv", { method: "HEAD" });
  assert.deepEqual([response.status, response.headers.get("content-type")], [200, "video/x-flv"]);
  assert.deepEqual([writers.length, takeSaid()], [0, []]);
});

test("URLs that only look like playback are none", () => {
  const paths = [
    "/t",
    "/t/",
    "/t//live/a/b",
    "/t/x",
    "/t/x/",
    "/t/x/api/v1",
    "/t/x/live/",
    "/live",
    "/live?/a",
  ];
  assert.deepEqual(
    paths.filter((path) => placeOf(path) !== undefined),
    [],
  );
});

test("RFC 6266, RFC 8187: a file is offered for download by a name that every system takes", async () => {
  const name = async (query: string, path = "file.mp4") =>
    (await get(`/live/public/${path}${query}`)).headers.get("content-disposition");
  assert.equal(await name(""), null);
  assert.equal(await name("?download", "1.m4s"), null);
  assert.equal(await name("?download"), 'attachment; filename="public-file.mp4"');
  assert.equal(await name("?download=My show.mp4"), 'attachment; filename="My show.mp4"');
  assert.equal(
    await name(`?download=${encodeURIComponent("Ação (1) – 50%")}`),
    "attachment; filename=\"A__o (1) _ 50_.mp4\"; filename*=UTF-8''A%C3%A7%C3%A3o%20%281%29%20%E2%80%93%2050%25.mp4",
  );
  const hostile = encodeURIComponent('../..\\etc/"pass\r\nwd:\u202e\u0007.mp4');
  assert.equal(await name(`?download=${hostile}`), 'attachment; filename="etc pass wd.mp4"');
  assert.equal(await name("?download=..."), 'attachment; filename="public-file.mp4"');
  const long = (await name(`?download=${"é".repeat(500)}`)) ?? "";
  assert.equal(long.split("''")[1], `${"%C3%A9".repeat(100)}.mp4`);
});
