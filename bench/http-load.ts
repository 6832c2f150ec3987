import { connect } from "node:net";
import { parseArgs } from "node:util";

// Asks for one URL over many keep-alive connections, each again when its answer is whole, and prints
// how many answers and bytes came. Reads answers with a Content-Length, and no others.

const { values } = parseArgs({
  options: {
    url: { type: "string", default: "" },
    connections: { type: "string", default: "200" },
    seconds: { type: "string", default: "6" },
  },
});

const { hostname, port, pathname, search } = new URL(values.url);
const request = `GET ${pathname}${search} HTTP/1.1\r\nHost: ${hostname}:${port}\r\n\r\n`;

let [answers, bytes, failures] = [0, 0, 0];
const total = Number(values.connections);
const sockets = Array.from({ length: total }, () => {
  const socket = connect({ host: hostname, port: Number(port), noDelay: true });
  let left = 0;
  let head = "";
  socket.on("connect", () => socket.write(request));
  socket.on("data", (data) => {
    bytes += data.length;
    if (left === 0) {
      head += data.toString("latin1");
      const end = head.indexOf("\r\n\r\n");
      if (end < 0) return;
      if (!head.startsWith("HTTP/1.1 200")) failures++;
      const length = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? 0);
      left = length - (head.length - end - 4);
      head = "";
    } else left -= data.length;
    if (left > 0) return;
    left = 0;
    answers++;
    socket.write(request);
  });
  socket.on("error", () => failures++);
  return socket;
});

setTimeout(() => {
  for (const socket of sockets) socket.destroy();
  process.stdout.write(`${JSON.stringify({ answers, bytes, failures })}\n`);
}, Number(values.seconds) * 1000);
