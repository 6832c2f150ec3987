import assert from "node:assert/strict";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Fault } from "@oxbow/contract";
import { runEncoder } from "./run-encoder.ts";

let folder = "";
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "oxbow-encoder-"));
});
after(() => rm(folder, { recursive: true }));

/** A program that takes its input and does what a test wants. */
async function program(name: string, script: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, `#!/bin/sh\n${script}\n`);
  await chmod(path, 0o755);
  return path;
}

async function* bytes(count: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < count; at += 1) yield Buffer.alloc(64 * 1024, at);
}

const run = (ffmpeg: string, more: Partial<Parameters<typeof runEncoder>[0]> = {}) =>
  runEncoder({
    encoder: { ffmpeg, niceness: 0, pieceSeconds: 1 },
    args: [],
    input: bytes(100),
    signal: new AbortController().signal,
    ...more,
  });

async function failure(work: Promise<unknown>): Promise<unknown> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return error instanceof Fault ? [error.code, error.details["detail"]] : error;
}

test("what an encoder says last is its answer, or stands in the failure", async () => {
  const ok = await program("ok", "wc -c >&2");
  assert.equal(await run(ok), `${100 * 64 * 1024}`);
  const broken = await program("broken", "cat > /dev/null\necho 'It burns' >&2\nexit 3");
  assert.deepEqual(await failure(run(broken)), ["encoder_failed", "It burns"]);
});

test("an encoder that ends before its input, or is not there, is a failure and no hang", async () => {
  const early = await program("early", "echo 'No more' >&2\nexit 1");
  assert.deepEqual(await failure(run(early, { input: bytes(10_000) })), [
    "encoder_failed",
    "No more",
  ]);
  const missing = join(folder, "missing");
  assert.deepEqual(await failure(run(missing)), ["encoder_missing", undefined]);
});

test("an encoder that is stopped, or hangs, is ended", async () => {
  const stopped = await program("stopped", "cat > /dev/null & kill -STOP $$; wait");
  const error: unknown = await run(stopped, { silenceMs: 100 }).catch((reason: unknown) => reason);
  assert.ok(error instanceof Fault);
  assert.deepEqual(
    [error.code, error.message],
    ["encoder_failed", "The encoder did nothing any more"],
  );
});

test("a full disk is a failure that may pass", async () => {
  const full = await program(
    "full",
    "cat > /dev/null\necho 'x.mp4: No space left on device' >&2\nexit 1",
  );
  assert.deepEqual(await failure(run(full)), ["storage_full", undefined]);
});

test("an abort is answered with its reason, and what the input throws with that", async () => {
  const control = new AbortController();
  const endless = await program("endless", "exec sleep 600");
  const running = failure(run(endless, { signal: control.signal }));
  const reason = new Error("Enough");
  control.abort(reason);
  assert.equal(await running, reason);
  async function* lost(): AsyncGenerator<Uint8Array> {
    yield Buffer.alloc(10);
    throw new Fault("source_media_lost", "Gone");
  }
  assert.deepEqual(await failure(run(endless, { input: lost() })), [
    "source_media_lost",
    undefined,
  ]);
});
