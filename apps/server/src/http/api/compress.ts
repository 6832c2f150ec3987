import { promisify } from "node:util";
import { gzip } from "node:zlib";
import type { FastifyReply, FastifyRequest } from "fastify";
import { takesGzip } from "../media/encoding.ts";

/** Less than this is as soon sent as it is, in characters. */
const WORTH = 1400;
const zip = promisify(gzip);

/** Compresses longer JSON for callers who take that. Problems and event feeds pass as they are. */
export async function compress(
  request: FastifyRequest,
  reply: FastifyReply,
  payload: unknown,
): Promise<unknown> {
  if (typeof payload !== "string" || payload.length < WORTH) return payload;
  void reply.header("vary", "Accept-Encoding");
  if (!takesGzip(request.headers["accept-encoding"]?.toString() ?? "")) return payload;
  const zipped = await zip(payload);
  void reply.header("content-encoding", "gzip").header("content-length", zipped.length);
  return zipped;
}
