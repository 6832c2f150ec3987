import assert from "node:assert/strict";
import { test } from "node:test";
import { millis } from "@oxbow/media";
import type { GrowthWriter, LiveReply } from "./live-answer.ts";
import { OnAir } from "./on-air.ts";

const LOW = { partMs: 214 } as const;

/** What a viewer was sent, write by write, and how it ended. */
class Viewer implements GrowthWriter {
  readonly writes: Buffer[] = [];
  over: "end" | "cut" | undefined;
  leave = (): void => {};

  write(buffers: readonly Uint8Array[]): void {
    this.writes.push(Buffer.concat(buffers));
  }
  end(): void {
    this.over = "end";
  }
  cut(): void {
    this.over = "cut";
  }
  onClose(listener: () => void): void {
    this.leave = listener;
  }
  get bytes(): Buffer {
    return Buffer.concat(this.writes);
  }
}

function view(reply: LiveReply | undefined): Viewer {
  assert.ok(reply?.kind === "growing");
  assert.deepEqual([reply.contentType, reply.cacheControl], ["video/mp4", "no-store"]);
  const viewer = new Viewer();
  reply.grow(viewer);
  return viewer;
}

const at = async (air: OnAir, path: string): Promise<LiveReply | undefined> =>
  await air.window.route(path);

/** The microtasks that are due. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test("the open segment is sent part by part, and is in the end what is kept", async () => {
  const air = new OnAir(LOW);
  air.publish("start", 4700);
  const path = "stt_1/1/11.m4s";
  const viewer = view(await at(air, path));
  assert.equal(viewer.writes.length, 1, "what is there comes as one write");
  air.feed(300);
  await turn();
  assert.equal(viewer.writes.length, 2);
  assert.equal(viewer.over, undefined);
  const late = view(await at(air, path));
  air.feed(1400);
  await turn();
  assert.deepEqual([viewer.over, late.over], ["end", "end"]);
  const sealed = air.sealed.get("stt_1/1/11");
  assert.deepEqual(viewer.bytes, sealed);
  assert.deepEqual(late.bytes, sealed);
  const kept = await at(air, path);
  assert.ok(kept?.kind === "media");
  assert.match(kept.cacheControl, /immutable/);
  assert.deepEqual(Buffer.concat(kept.body), sealed);
});

test("the segment after it is waited for; one later is not, nor is anything where latency is normal", async () => {
  const air = new OnAir(LOW);
  air.publish("start", 4680);
  const next = at(air, "stt_1/1/12.m4s");
  assert.equal(await at(air, "stt_1/1/13.m4s"), undefined);
  assert.equal(air.window.waiting, 1);
  air.feed(1720);
  const viewer = view(await next);
  air.feed(2000);
  await turn();
  assert.equal(viewer.over, "end");
  assert.deepEqual(viewer.bytes, air.sealed.get("stt_1/1/12"));
  const normal = new OnAir();
  normal.publish("start", 4700);
  assert.equal(normal.answer("stt_1/1/11.m4s"), undefined);
});

test("where the encoder is lost or the broadcast ends, what was sent is the segment as it stays", async () => {
  for (const end of ["lose", "end"] as const) {
    const air = new OnAir(LOW);
    air.publish("start", 4700);
    const viewer = view(await at(air, "stt_1/1/11.m4s"));
    air[end]();
    await turn();
    assert.equal(viewer.over, "end");
    assert.deepEqual(viewer.bytes, air.sealed.get("stt_1/1/11"));
  }
});

test("a viewer is cut off where the segment is never whole, or nothing comes for three targets", async () => {
  const air = new OnAir(LOW);
  air.publish("start", 4700);
  const path = "stt_1/1/11.m4s";
  const lost = view(await at(air, path));
  air.window.close();
  await turn();
  assert.equal(lost.over, "cut");

  const quiet = new OnAir(LOW);
  quiet.publish("start", 4700);
  const [waits, left] = [view(await at(quiet, path)), view(await at(quiet, path))];
  left.leave();
  quiet.window.tick(millis(quiet.clock + 5999));
  assert.equal(waits.over, undefined);
  quiet.window.tick(millis(quiet.clock + 6000));
  assert.deepEqual([waits.over, left.over], ["cut", undefined]);
});
