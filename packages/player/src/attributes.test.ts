import assert from "node:assert/strict";
import { test } from "node:test";
import { dataOfAttributes } from "./attributes.ts";

const read = (given: Readonly<Record<string, string>>) =>
  dataOfAttributes((name) => given[name] ?? null);

test("a stream or an asset is played from the page's own server, or from the one that is named", () => {
  assert.deepEqual(read({ stream: "a show" }), {
    id: "a show",
    kind: "live",
    hls: "/live/a%20show/index.m3u8",
  });
  assert.deepEqual(read({ asset: "ast_1", server: "https://media.example" }), {
    id: "ast_1",
    kind: "vod",
    hls: "https://media.example/vod/ast_1/index.m3u8",
  });
  assert.equal(read({ poster: "/a.jpg" }), undefined);
});

test("a playlist of any address is live unless it is said to be a title", () => {
  const hls = "https://cdn.example/a/index.m3u8";
  assert.deepEqual(read({ hls }), { id: hls, kind: "live", hls });
  assert.deepEqual(read({ hls, kind: "vod", heading: "A film", poster: "/a.jpg" }), {
    id: hls,
    kind: "vod",
    hls,
    title: "A film",
    poster: "/a.jpg",
  });
  assert.equal(read({ hls, startsat: "2026-03-01T20:00:00Z" })?.startsAt, "2026-03-01T20:00:00Z");
});
