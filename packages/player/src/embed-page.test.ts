import assert from "node:assert/strict";
import { test } from "node:test";
import { gunzipSync } from "node:zlib";
import { embedPage } from "./embed-page.ts";
import { PAGE_DATA_ID, readPageData } from "./page-data.ts";
import { playerAssets } from "./player-assets.ts";

const hls = "https://media.example/live/a/index.m3u8";

/** The data block as a browser reads it. */
const dataIn = (html: string): string =>
  new RegExp(`<script type="application/json" id="${PAGE_DATA_ID}">(.*?)</script>`).exec(
    html,
  )?.[1] ?? "";

test("what the server tells the page is what the script reads, however it is spelt", async () => {
  const recording = "/dvr/a/index.m3u8?from=1&to=2";
  const id = `</script><script>alert("1")</script>`;
  const { html } = await embedPage({ id, kind: "live", sources: { hls }, recording });
  assert.deepEqual(readPageData(dataIn(html)), { id, kind: "live", hls, title: id, recording });
  assert.equal(html.match(/<script/g)?.length, 2);
});

test("a title cannot become markup", async () => {
  const { html } = await embedPage({
    id: "ast_1",
    title: `<img src=x onerror="a">`,
    kind: "vod",
    sources: { hls },
  });
  assert.ok(html.includes("<title>&lt;img src=x onerror=&quot;a&quot;&gt;</title>"));
  assert.ok(!html.includes("<img"));
});

test("scripts come from the page's own server alone, media also from where it stands", async () => {
  const { contentSecurityPolicy, html } = await embedPage({
    id: "a",
    kind: "live",
    sources: { hls },
  });
  assert.match(contentSecurityPolicy, /script-src 'self';/);
  assert.match(contentSecurityPolicy, /connect-src 'self' https:\/\/media\.example;/);
  assert.doesNotMatch(html, /<script(?![^>]*(?:src=|application\/json))|\son\w+=|style=/);
});

test("every file that the page names is there, the same twice, and small before hls.js", async () => {
  const assets = await playerAssets();
  const { html } = await embedPage({ id: "a", kind: "vod", sources: { hls } });
  const named = [...html.matchAll(/(?:href|src)="(\/embed\/assets\/[^"]+)"/g)].map(
    (match) => match[1] ?? "",
  );
  const wanted = [...assets.files.keys()].filter((path) => !/native-source|menu|panels/.test(path));
  assert.deepEqual(named.toSorted(), wanted.toSorted());
  assert.equal(await playerAssets(), assets);
  for (const file of assets.files.values()) assert.deepEqual(gunzipSync(file.gzip), file.body);

  const beforeHls = [...assets.files]
    .filter(([path]) => !path.includes("hls-source"))
    .reduce((sum, [, file]) => sum + file.gzip.length, 0);
  assert.ok(beforeHls <= 65 * 1024, `${beforeHls} bytes`);
});

test("data that is not as it should be is not taken", () => {
  assert.deepEqual(
    ["null", "{}", `{"id":"a","hls":"b","kind":"c"}`].map((text) => readPageData(text)),
    [undefined, undefined, undefined],
  );
});
