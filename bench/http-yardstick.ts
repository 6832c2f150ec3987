import { readFileSync } from "node:fs";
import { createServer } from "node:http";

// The least that `node:http` costs: every request is answered with one buffer.

const body = readFileSync(process.argv[2] ?? "");
const server = createServer((_request, response) => {
  response.writeHead(200, { "Content-Type": "video/mp4", "Content-Length": body.length });
  response.end(body);
});
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  const port = typeof address === "object" ? address?.port : 0;
  process.stdout.write(`${JSON.stringify({ port })}\n`);
});
