import { connect } from "node:http2";
import { parseArgs } from "node:util";

// Asks for one URL over HTTP/2 connections with a few streams each, each again when its answer is whole,
// and prints how many answers and bytes came.

const { values } = parseArgs({
  options: {
    url: { type: "string", default: "" },
    connections: { type: "string", default: "50" },
    streams: { type: "string", default: "4" },
    seconds: { type: "string", default: "6" },
  },
});

const { origin, pathname, search } = new URL(values.url);
let [answers, bytes, failures] = [0, 0, 0];
let over = false;
const failed = () => {
  if (!over) failures++;
};
const sessions = Array.from({ length: Number(values.connections) }, () => {
  const session = connect(origin, {
    rejectUnauthorized: false,
    // As browsers have them: a segment fits into one window.
    settings: { initialWindowSize: 6 * 1024 * 1024 },
  });
  session.on("error", failed);
  session.on("connect", () => session.setLocalWindowSize(15 * 1024 * 1024));
  const ask = () => {
    const stream = session.request({ ":path": pathname + search });
    stream.on("response", (headers) => {
      if (headers[":status"] !== 200) failures++;
    });
    stream.on("data", (data: Buffer) => {
      bytes += data.length;
    });
    stream.on("end", () => {
      answers++;
      if (!over) ask();
    });
    stream.on("error", failed);
  };
  for (let at = 0; at < Number(values.streams); at++) ask();
  return session;
});

setTimeout(() => {
  over = true;
  for (const session of sessions) session.destroy();
  process.stdout.write(`${JSON.stringify({ answers, bytes, failures })}\n`);
}, Number(values.seconds) * 1000);
