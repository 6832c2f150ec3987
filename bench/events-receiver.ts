import { createServer } from "node:http";

// The receiver of the events benchmark, in a process of its own: it tells its parent for each event
// when it came. Its clock is the same machine's.

const server = createServer((request, response) => {
  const pieces: Buffer[] = [];
  request.on("data", (piece: Buffer) => pieces.push(piece));
  request.on("end", () => {
    response.writeHead(204).end();
    const event: { data: { committedAt?: number } } = JSON.parse(Buffer.concat(pieces).toString());
    latencies.push(
      performance.timeOrigin + performance.now() - (event.data.committedAt ?? Number.NaN),
    );
  });
});

const latencies: number[] = [];

process.on("message", (message: "report" | "clear") => {
  if (message === "clear") latencies.length = 0;
  process.send?.({ latencies });
});

server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  if (address !== null && typeof address === "object") process.send?.({ port: address.port });
});
