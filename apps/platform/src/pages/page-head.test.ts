import assert from "node:assert/strict";
import { test } from "node:test";
import type { Video } from "@oxbow/site-contract";
import { escape, excerpt } from "./escape.ts";
import { watchBody } from "./first-body.ts";
import { sizeWithin, videoAt } from "./oembed.ts";
import { pageHead } from "./page-head.ts";
import { isoDuration, videoHead } from "./video-head.ts";

const video: Video = {
  id: "vid_1",
  kind: "broadcast",
  channel: { id: "chn_1", handle: "ana", name: "Ana" },
  title: `</script><script>alert("1")</script>`,
  description: "",
  visibility: "public",
  state: "ended",
  source: "file",
  preparing: false,
  scheduledAt: null,
  from: "2026-03-01T20:00:00.000Z",
  to: "2026-03-01T21:00:00.000Z",
  duration: 3600,
  poster: "/videos/vid_1/poster.jpg?of=ast_1",
  ownPoster: false,
  viewers: null,
  markers: [],
  asset: "ast_1",
  cut: null,
  fallback: null,
  chat: true,
  createdAt: "2026-03-01T20:00:00.000Z",
  publishedAt: "2026-03-01T20:00:02.000Z",
};
const nothing = { player: null, expiresAt: null, download: null };

test("what people wrote never becomes markup", () => {
  const html = pageHead(videoHead(video, nothing, "https://site.test"));
  assert.equal(html.match(/<script/g)?.length, 1, "the structured data alone");
  assert.doesNotMatch(html, /alert\("/);
  const body = watchBody({ video, playback: nothing, may: { edit: false } });
  assert.match(body, /<h1>&lt;\/script&gt;&lt;script&gt;alert\(&quot;1/);
  assert.equal(
    escape(`<a href='x'>"&\u0000</a>`),
    "&lt;a href=&#39;x&#39;&gt;&quot;&amp;&lt;/a&gt;",
  );
});

test("an unlisted video is not for search engines, and has no feed", () => {
  const html = pageHead(
    videoHead({ ...video, visibility: "unlisted" }, nothing, "https://site.test"),
  );
  assert.match(html, /<meta name="robots" content="noindex">/);
  assert.doesNotMatch(html, /hreflang|rss\+xml/);
});

test("the player page is for search engines as a part of other pages alone", () => {
  const head = { title: "", description: "", noindex: true, indexIfEmbedded: true };
  assert.match(pageHead(head), /<meta name="robots" content="noindex, indexifembedded">/);
});

test("durations and excerpts are as their readers want them", () => {
  assert.deepEqual([0, 59.6, 61, 3723].map(isoDuration), ["PT0S", "PT1M0S", "PT1M1S", "PT1H2M3S"]);
  assert.equal(excerpt("one two\n three", 100), "one two three");
  assert.equal(excerpt("one two three", 9), "one two…");
});

test("oEmbed knows addresses of this site's videos and no others", () => {
  const at = (address: string): string | undefined => videoAt(address, "https://site.test");
  assert.equal(at("https://site.test/watch/vid_a-B_1?t=3"), "vid_a-B_1");
  assert.equal(at("http://site.test/embed/vid_1/"), "vid_1");
  for (const other of [
    "",
    "watch/vid_1",
    "https://other.test/watch/vid_1",
    "https://site.test/watch/../api/videos/vid_1",
    "https://site.test/c/ana",
    "javascript:alert(1)//site.test/watch/vid_1",
  ])
    assert.equal(at(other), undefined, other);
});

test("a player is as large as its page has room for, and keeps its shape", () => {
  const size = (query: string) => sizeWithin(new URLSearchParams(query));
  assert.deepEqual(size(""), { width: 960, height: 540 });
  assert.deepEqual(size("maxwidth=640"), { width: 640, height: 360 });
  assert.deepEqual(size("maxwidth=640&maxheight=180"), { width: 320, height: 180 });
  assert.deepEqual(size("maxwidth=100"), { width: 100, height: 135 });
  assert.equal(size("maxwidth=wide"), undefined);
  assert.equal(size("maxheight=0"), undefined);
});
