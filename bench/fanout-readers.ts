import { connect, type NetConnectOpts } from "node:net";
import { parseArgs } from "node:util";
import { type AmfValue, writeAmf0 } from "@oxbow/containers";
import { stampsIn } from "./send-time.ts";

// Many readers of one live stream in one process, as light as they can be: bytes are counted, and one
// reader looks when pictures were sent. Prints "reading" when all get media; then, told "count" on
// standard input, begins to count, and told "report", prints what came and ends.

const { values: options } = parseArgs({
  options: {
    url: { type: "string", default: "" },
    readers: { type: "string", default: "100" },
  },
});
const READERS = Number(options.readers);
/** The group of pictures that is sent at first; what comes behind it is live. */
const FIRST_BYTES = 20_000;
const HANDSHAKE = 1536;
const CHUNK = 128;

const url = new URL(options.url);
const target = { host: url.hostname, port: Number(url.port) };
/** All sockets are read into one buffer, one after another. */
const buffer = Buffer.allocUnsafeSlow(65_536);
let bytes = 0;
let counting = false;
let delays: number[] = [];
let begun = 0;
let lost = 0;

function message(streamId: number, ...values: readonly AmfValue[]): Buffer {
  const body = writeAmf0(...values);
  const header = Buffer.alloc(12);
  header.writeUInt8(3, 0);
  header.writeUIntBE(body.length, 4, 3);
  header.writeUInt8(20, 7);
  header.writeUInt32LE(streamId, 8);
  const pieces: Buffer[] = [header, body.subarray(0, CHUNK)];
  for (let at = CHUNK; at < body.length; at += CHUNK) {
    pieces.push(Buffer.of(0xc3), body.subarray(at, at + CHUNK));
  }
  return Buffer.concat(pieces);
}

/** What a player sends behind the handshake; what it is answered is not looked at. */
function playCommands(): Buffer {
  const [app = "", name = ""] = url.pathname.slice(1).split("/");
  const tcUrl = `rtmp://${url.host}/${app}`;
  return Buffer.concat([
    Buffer.alloc(HANDSHAKE),
    message(0, "connect", 1, { app, tcUrl, flashVer: "LNX 9,0,124,2" }),
    message(0, "createStream", 2, null),
    message(1, "play", 0, null, name, -2000),
  ]);
}

function read(first: boolean): void {
  let received = 0;
  let shaken = url.protocol === "http:";
  const onread = {
    buffer,
    callback: (count: number): boolean => {
      const before = received;
      received += count;
      if (counting) bytes += count;
      if (!shaken && received > 2 * HANDSHAKE) {
        shaken = true;
        socket.write(playCommands());
      }
      if (before < FIRST_BYTES && received >= FIRST_BYTES) begun++;
      if (first && counting) {
        const now = Date.now();
        for (const sent of stampsIn(buffer.subarray(0, count))) delays.push(now - sent);
      }
      return true;
    },
  };
  const how: NetConnectOpts = { ...target, onread };
  const socket = connect(how);
  socket.on("error", () => undefined);
  socket.on("close", () => lost++);
  socket.write(
    shaken
      ? `GET ${url.pathname} HTTP/1.1\r\nHost: ${url.host}\r\n\r\n`
      : Buffer.concat([Buffer.of(3), Buffer.alloc(HANDSHAKE)]),
  );
}

for (let at = 0; at < READERS; at++) read(at === 0);

const waiting = setInterval(() => {
  if (begun < READERS) return;
  clearInterval(waiting);
  process.stdout.write("reading\n");
}, 50);

process.stdin.on("data", (word: Buffer) => {
  if (word.toString().startsWith("count")) {
    counting = true;
    bytes = 0;
    delays = [];
  } else {
    delays.sort((a, b) => a - b);
    const median = delays[delays.length >> 1] ?? null;
    process.stdout.write(`${JSON.stringify({ bytes, lost, delays: delays.length, median })}\n`);
    process.exit(0);
  }
});
