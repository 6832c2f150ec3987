import { createHmac, timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";

// The least that a receiver of webhooks does, in a process of its own: it verifies the signature, reads the
// JSON, and answers. bench/hooks.ts forks it with the secret.

const [, , secret = ""] = process.argv;
const key = Buffer.from(secret.slice("whsec_".length), "base64");

const server = createServer((request, response) => {
  const pieces: Buffer[] = [];
  request.on("data", (piece: Buffer) => pieces.push(piece));
  request.on("end", () => {
    const body = Buffer.concat(pieces);
    const { headers } = request;
    const id = String(headers["webhook-id"]);
    const given = Buffer.from(String(headers["webhook-signature"]).slice("v1,".length), "base64");
    const hmac = createHmac("sha256", key);
    hmac.update(`${id}.${String(headers["webhook-timestamp"])}.`).update(body);
    const is = hmac.digest();
    const isRight = is.length === given.length && timingSafeEqual(is, given);
    const event: unknown = JSON.parse(body.toString());
    response.writeHead(isRight && event !== null ? 204 : 401).end();
  });
});

server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  if (address !== null && typeof address === "object") process.send?.(address.port);
});
