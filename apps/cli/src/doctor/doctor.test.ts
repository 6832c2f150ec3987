import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { run } from "../run.ts";
import { testIo } from "../run-for-tests.ts";
import { checkClock } from "./clock.ts";
import { judgeSpace } from "./disk.ts";
import type { Finding } from "./finding.ts";
import { checkPort } from "./ports.ts";
import { checkNode, judgeProgram } from "./programs.ts";

const told = (output: string | undefined) => judgeProgram("ffmpeg", output).state;

test("Node.js must run TypeScript sources", () => {
  const states = ["20.19.0", "22.17.9", "22.18.0", "24.1.0"].map((v) => checkNode(v).state);
  assert.deepEqual(states, ["bad", "bad", "good", "good"]);
});

test("FFmpeg may be missing, and must be new enough where it is there", () => {
  assert.equal(told(undefined), "note");
  assert.equal(told("ffmpeg version 4.4.2-0ubuntu0.22.04.1 Copyright"), "bad");
  assert.equal(told("ffmpeg version 5.0.1 Copyright"), "bad");
  assert.equal(told("ffmpeg version 5.1.9-0+deb12u1 Copyright"), "good");
  assert.equal(told("ffmpeg version n7.1 Copyright"), "good");
  assert.equal(told("ffmpeg version N-118000-g1234567 Copyright"), "good");
});

test("disk space is judged by the server's own ladder", () => {
  const states = [0, 4.9, 5, 9.9, 10, 14.9, 15, 100].map((free) => judgeSpace(free, 100).state);
  assert.deepEqual(states, ["bad", "bad", "bad", "bad", "note", "note", "good", "good"]);
});

test("a clock may be five seconds from the server's, and not in the past", () => {
  const now = Date.parse("2026-03-01T20:00:00Z");
  const states = [undefined, now, now - 5000, now + 5001].map((at) => checkClock(now, at).state);
  assert.deepEqual(states, ["good", "good", "good", "bad"]);
  assert.equal(checkClock(0, undefined).state, "bad");
});

test("a port in use is bad unless it is the server that uses it", async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, resolve));
  const address = server.address();
  assert.ok(address !== null && typeof address === "object");
  const env = { OXBOW_HTTP_PORT: String(address.port) };
  const check = (up: boolean) => checkPort("HTTP", "OXBOW_HTTP_PORT", env, 8080, up);
  assert.deepEqual([(await check(false)).state, (await check(true)).state], ["bad", "good"]);
  await new Promise((resolve) => server.close(resolve));
  assert.equal((await check(false)).state, "good");
});

test("the whole examination runs, as JSON too, and fails where something is bad", async () => {
  const data = await mkdtemp(join(tmpdir(), "oxbow-doctor-"));
  const server = createServer((request, response) => {
    response.writeHead(request.url === "/readyz" ? 503 : 404).end("database");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    const address = server.address();
    assert.ok(address !== null && typeof address === "object");
    const io = testIo({
      OXBOW_URL: `http://127.0.0.1:${address.port}`,
      OXBOW_DATA: join(data, "not", "yet"),
      OXBOW_HTTP_PORT: "0",
      OXBOW_RTMP_PORT: "0",
    });
    assert.equal(await run(["doctor", "--json"], { ...io, now: Date.now }), 1);
    const { out, err } = io.told();
    const { findings, encoding }: { findings: Finding[]; encoding: unknown } = JSON.parse(out);
    const textOf = (name: string) => findings.find(({ what }) => what === name)?.text ?? "";
    assert.match(textOf("Server"), /is not ready \(503\): database/);
    assert.match(textOf("Data folder"), /will be made/);
    assert.match(textOf("Encoding"), /^not known: No API key/);
    assert.equal(encoding, null);
    assert.match(err, /^To be put right: .*Server\n$/);
  } finally {
    await new Promise((resolve) => server.close(resolve));
    await rm(data, { recursive: true });
  }
});
