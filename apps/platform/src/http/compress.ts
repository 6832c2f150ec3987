import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import type { FastifyReply, FastifyRequest } from "fastify";
import { takes } from "./send-file.ts";

/** Below this, a packet is a packet. */
const LEAST = 1_400;
const QUALITY = 4;

/** Compresses pages and answers that are texts; files of the site are compressed already. */
export async function compress(
  request: FastifyRequest,
  reply: FastifyReply,
  payload: unknown,
): Promise<unknown> {
  if (typeof payload !== "string" || payload.length < LEAST) return payload;
  if (reply.hasHeader("content-encoding")) return payload;
  const accepted = request.headers["accept-encoding"] ?? "";
  const vary = reply.getHeader("vary");
  void reply.header(
    "vary",
    vary === undefined ? "accept-encoding" : `${String(vary)}, accept-encoding`,
  );
  if (takes(accepted, "br")) {
    void reply.header("content-encoding", "br").removeHeader("content-length");
    return promisify(brotliCompress)(payload, {
      params: { [constants.BROTLI_PARAM_QUALITY]: QUALITY },
    });
  }
  if (!takes(accepted, "gzip")) return payload;
  void reply.header("content-encoding", "gzip").removeHeader("content-length");
  return promisify(gzip)(payload);
}
