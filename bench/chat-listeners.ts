import { once } from "node:events";
import { WebSocket } from "ws";

// Pages that listen to one topic, in a process of their own: bench/chat.ts and bench/hooks.ts fork it with
// the port, how many, and the topic. Answers "report" with how many updates came, and how long those of
// some pages took.

const [, , port = "", count = "0", topic = ""] = process.argv;
/** Pages whose times are kept. */
const TIMED = 20;

let came = 0;
const latencies: number[] = [];

async function open(page: number): Promise<void> {
  const origin = `http://127.0.0.1:${port}`;
  const socket = new WebSocket(`ws://127.0.0.1:${port}/api/updates`, { origin });
  await once(socket, "open");
  const listening = Promise.withResolvers<void>();
  socket.on("message", (data) => {
    const said = JSON.parse(Buffer.isBuffer(data) ? data.toString() : "");
    if ("listening" in said) listening.resolve();
    if (!("updates" in said)) return;
    came += said.updates.length;
    if (page >= TIMED) return;
    const now = performance.timeOrigin + performance.now();
    for (const update of said.updates) latencies.push(now - update.data.sentAt);
  });
  // 1012: the server stops, which is how a measurement ends.
  socket.on("close", (code) => {
    if (code !== 1012) process.stderr.write(`A page was closed: ${code}\n`);
  });
  socket.send(JSON.stringify({ listen: [topic] }));
  await listening.promise;
}

const pages = Array.from({ length: Number(count) }, (_, page) => page);
while (pages.length > 0) await Promise.all(pages.splice(0, 50).map(open));
process.on("message", () => process.send?.({ came, latencies }));
process.send?.("listening");
