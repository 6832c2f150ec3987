import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Stream } from "@oxbow/contract";
import { makeClip } from "../fixtures/clip.ts";
import { apiOf } from "./api.ts";
import { eventLogOf } from "./follow-log.ts";
import { publish } from "./publisher.ts";
import { type ServerProcess, startServer } from "./server-process.ts";
import { until } from "./until.ts";

let folder = "";
let clip = "";
let server: ServerProcess;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "oxbow-low-latency-"));
  clip = join(folder, "clip.flv");
  await makeClip(clip, { duration: 30, width: 320, height: 180 });
  server = await startServer();
});
after(async () => {
  await server[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

type Part = { readonly uri: string; readonly seconds: number };
type Playlist = {
  readonly text: string;
  readonly parts: readonly Part[];
  readonly segments: readonly string[];
  readonly hint: string;
  /** Where a client that has it asks on. */
  readonly next: string;
  /** Wall clock of the end of its last part. */
  readonly end: number;
};

function read(text: string): Playlist {
  const parts: Part[] = [];
  const segments: string[] = [];
  let sequence = Number(/#EXT-X-MEDIA-SEQUENCE:(\d+)/.exec(text)?.[1]);
  let [open, end] = [0, 0];
  for (const line of text.split("\n")) {
    const [, seconds, uri] = /^#EXT-X-PART:DURATION=([\d.]+),URI="([^"]+)"/.exec(line) ?? [];
    const wall = /^#EXT-X-PROGRAM-DATE-TIME:(.*)$/.exec(line)?.[1];
    if (wall !== undefined) end = Date.parse(wall);
    if (uri !== undefined) {
      parts.push({ uri, seconds: Number(seconds) });
      end += Number(seconds) * 1000;
      open += 1;
    } else if (line !== "" && !line.startsWith("#")) {
      segments.push(line);
      sequence += 1;
      open = 0;
    }
  }
  const hint = /TYPE=PART,URI="([^"]+)"/.exec(text)?.[1] ?? "";
  return { text, parts, segments, hint, next: `_HLS_msn=${sequence}&_HLS_part=${open}`, end };
}

async function bytes(url: string): Promise<Buffer> {
  const answer = await fetch(url);
  assert.equal(answer.status, 200, url);
  return Buffer.from(await answer.arrayBuffer());
}

test("a player of low latency has each part as soon as it is whole, a slice of what the archive keeps", async (t) => {
  const api = apiOf(server);
  const log = eventLogOf(server);
  const stream = await api.post("/streams", { name: "low", latency: "low" }, Stream);
  const url = stream.publish.rtmp.url ?? "";
  const base = `${server.http}/live/low`;
  await using encoder = publish(clip, url);
  await log.find("playback_ready");

  const kept = new Map<string, Buffer>();
  await t.test("§6.2.5.2, §6.2.6: reloads and hints are held, and answered in time", async () => {
    let playlist = read((await bytes(`${base}/video.m3u8`)).toString());
    const ages: number[] = [];
    const held: number[] = [];
    for (let turn = 0; turn < 30; turn += 1) {
      const { hint, next } = playlist;
      const asked = Date.now();
      const [part, reloaded] = await Promise.all([
        fetch(`${base}/${hint}`),
        bytes(`${base}/video.m3u8?${next}&_HLS_skip=YES`),
      ]);
      held.push(Date.now() - asked);
      playlist = read(reloaded.toString());
      ages.push(Date.now() - playlist.end);
      if (part.status === 200) {
        kept.set(hint, Buffer.from(await part.arrayBuffer()));
        assert.ok(playlist.parts.some(({ uri }) => uri === hint));
      } else {
        // The segment ended where the hinted part would have begun.
        assert.equal(part.status, 404);
      }
    }
    assert.ok(kept.size >= 25, `${kept.size} hints came true`);
    assert.ok(Math.max(...held) < 1500, `held for ${held.join()} ms`);
    const median = ages.toSorted((a, b) => a - b)[15] ?? Number.NaN;
    t.diagnostic(`a part's end is ${median} ms old when its playlist is there`);
    assert.ok(median < 400, `${median} ms`);
  });

  await t.test(
    "a segment is its parts, from memory and from the archive, under one address",
    async () => {
      const first = [...kept.keys()].find((uri) => uri.endsWith(".0.m4s")) ?? assert.fail();
      const segment = first.replace(".0.m4s", ".m4s");
      const parts: Buffer[] = [];
      for (let part = 0; ; part += 1) {
        const answer = await fetch(`${base}/${segment.replace(".m4s", `.${part}.m4s`)}`);
        if (answer.status === 404) break;
        parts.push(Buffer.from(await answer.arrayBuffer()));
      }
      for (const [at, part] of parts.entries()) {
        const seen = kept.get(segment.replace(".m4s", `.${at}.m4s`));
        if (seen !== undefined) assert.deepEqual(part, seen);
      }
      const whole = Buffer.concat(parts);
      assert.deepEqual(await bytes(`${base}/${segment}`), whole);
      assert.deepEqual(await bytes(`${server.http}/dvr/low/${segment}`), whole);
      // By then memory has let it go.
      await until("three targets have passed", async () => {
        const { segments } = read((await bytes(`${base}/video.m3u8`)).toString());
        return segments.indexOf(segment) < segments.length - 5 ? true : undefined;
      });
      assert.deepEqual(await bytes(`${base}/${segment}`), whole);
      assert.deepEqual(await bytes(`${base}/${segment.replace(".m4s", ".1.m4s")}`), parts[1]);
    },
  );

  await t.test(
    "requests that the standard refuses are refused, and playlists are compressed",
    async () => {
      for (const query of ["_HLS_part=1", "_HLS_msn=999999", "_HLS_msn=x"])
        assert.equal((await fetch(`${base}/video.m3u8?${query}`)).status, 400, query);
      const zipped = await fetch(`${base}/video.m3u8`, { headers: { "accept-encoding": "gzip" } });
      assert.equal(zipped.headers.get("content-encoding"), "gzip");
      assert.ok(zipped.headers.get("etag"));
      const whole = Buffer.from(await zipped.arrayBuffer());
      assert.match(whole.toString(), /^#EXTM3U/);
    },
  );

  await t.test(
    "§6.2.1: after a kill of the server the broadcast goes on, and can be rewound over it",
    async () => {
      const earlier = read((await bytes(`${base}/video.m3u8?dvr=1`)).toString());
      const [oldest = ""] = earlier.segments;
      const recorded = await bytes(`${base}/${oldest}`);
      await server.kill();
      await encoder.kill();
      await server.restart();
      await using again = publish(clip, url);
      const afterwards = await until("the list of the whole broadcast goes on", async () => {
        const answer = await fetch(`${base}/video.m3u8?dvr=1`);
        return answer.status === 200 ? read(await answer.text()) : undefined;
      });
      assert.ok(afterwards.segments.includes(oldest), "what was recorded before is listed");
      assert.ok(afterwards.segments.length > earlier.segments.length);
      assert.match(afterwards.text, /#EXT-X-GAP\n/);
      assert.match(afterwards.text, /#EXT-X-DISCONTINUITY\n/);
      assert.deepEqual(await bytes(`${base}/${oldest}`), recorded);
      const live = (await bytes(`${base}/video.m3u8`)).toString();
      assert.ok(!live.includes(oldest), "the live list begins anew");
      await again.kill();
    },
  );
  await log[Symbol.asyncDispose]();
});
