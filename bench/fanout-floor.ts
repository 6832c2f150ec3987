import { createServer, type Socket } from "node:net";
import { parseArgs } from "node:util";
import { stampNal } from "./send-time.ts";

// The least that a server in Node.js can do: nothing is received, parsed or encoded; each window, the
// same buffer goes to every socket. Prints its port.

const { values } = parseArgs({
  options: {
    window: { type: "string", default: "100" },
    bits: { type: "string", default: "2600000" },
  },
});
const WINDOW_MS = Number(values.window);
const bytes = Math.round((Number(values.bits) / 8) * (WINDOW_MS / 1000));

const sockets = new Set<Socket>();
const server = createServer({ noDelay: true }, (socket) => {
  sockets.add(socket);
  socket.on("error", () => undefined);
  socket.on("close", () => sockets.delete(socket));
  // What it is asked for is not looked at.
  socket.resume();
});
setInterval(() => {
  const buffer = Buffer.alloc(bytes, 1);
  stampNal(Date.now()).copy(buffer);
  for (const socket of sockets) if (socket.writableLength === 0) socket.write(buffer);
}, WINDOW_MS);
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  if (typeof address === "object") process.stdout.write(`${address?.port}\n`);
});
