import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { type Track, VIDEO_TRACK } from "@oxbow/media";
import { Channel } from "./channel.ts";
import { TestClock, testLimits } from "./test-clip.ts";
import { flvFormat } from "./wire-format.ts";

/** Reads a port to no purpose, until the end. */
const READER = `
  const socket = require("node:net").connect(Number(process.argv[1]), "127.0.0.1");
  socket.resume();
  socket.on("end", () => process.exit(0)).on("error", () => process.exit(1));
`;

const video: Track = {
  id: VIDEO_TRACK,
  timescale: 1000,
  language: "und",
  config: {
    kind: "video",
    codec: "avc",
    record: Buffer.from([1, 100, 0, 30, 0xff, 0xe0, 0]),
    codecString: "avc1.64001e",
    width: 16,
    height: 16,
    pixelAspect: [1, 1],
  },
};

function reader(port: number): ChildProcess {
  return spawn(process.execPath, ["-e", READER, String(port)], { stdio: "ignore" });
}

const writerOf = (socket: Socket) => ({
  get queuedBytes() {
    return socket.writableLength;
  },
  write(buffers: readonly Uint8Array[]) {
    for (const buffer of buffers) socket.write(buffer);
    return socket.writableLength === 0;
  },
  close: () => socket.destroySoon(),
});

test("a reader that is stopped is shown out when it has taken nothing for long, and others go on", async (t) => {
  const clock = new TestClock();
  const slow: unknown[] = [];
  const channel = new Channel({
    now: clock.now,
    windowMs: 100,
    limits: { ...testLimits, bytes: 16 * 1024 * 1024, queuedBytes: 512 * 1024 },
    slow: (format) => slow.push(format),
    over: () => undefined,
  });
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    sockets.push(socket);
    channel.join(writerOf(socket), flvFormat);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  const stopped = reader(port);
  await once(server, "connection");
  const going = reader(port);
  await once(server, "connection");
  t.after(() => {
    for (const child of [stopped, going]) child.kill("SIGKILL");
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  stopped.kill("SIGSTOP");
  channel.begin({ reason: "start", tracks: [video] });
  const data = Buffer.alloc(200_000, 1);
  let most = 0;
  let dts = 0;
  // 2 MB a second for 14 seconds: beyond what the system takes for a reader that is stopped.
  for (; dts < 14_000; dts += 100) {
    channel.frame({ track: VIDEO_TRACK, dts, cto: 0, key: dts % 1000 === 0, data });
    clock.pass(100);
    // Time passes faster than it does for the one that goes on: he is waited for.
    do await setImmediate();
    while ((sockets[1]?.writableLength ?? 0) > 0);
    most = Math.max(most, sockets[0]?.writableLength ?? 0);
  }
  assert.equal(slow.length, 1, "one reader was shown out");
  assert.ok(most > 0 && most < 2 * 1024 * 1024, `${most} bytes waited for him`);
  const ended = once(going, "exit");
  channel.end();
  assert.deepEqual(await ended, [0, null]);
  assert.ok((sockets[1]?.bytesWritten ?? 0) > 20_000_000, "the other one has got all");
});
