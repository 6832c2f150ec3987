import type { FastifyReply, FastifyRequest } from "fastify";
import type { SiteFile } from "./built-site.ts";

/** Sends a file of the built site in the encoding that the browser takes. */
export function sendFile(
  request: FastifyRequest,
  reply: FastifyReply,
  file: SiteFile,
): FastifyReply {
  const coding = codingFor(request.headers["accept-encoding"] ?? "", file);
  void reply
    .header("content-type", file.type)
    .header(
      "cache-control",
      file.immutable ? "public, max-age=31536000, immutable" : "public, max-age=300",
    )
    .header("vary", "accept-encoding");
  if (coding === undefined) return reply.send(file.plain);
  return reply.header("content-encoding", coding).send(file[coding]);
}

function codingFor(accepted: string, file: SiteFile): "br" | "gzip" | undefined {
  for (const coding of ["br", "gzip"] as const) {
    if (file[coding] !== undefined && takes(accepted, coding)) return coding;
  }
  return undefined;
}

/** Whether Accept-Encoding names a coding, and not with a quality of zero. */
export function takes(accepted: string, coding: string): boolean {
  return accepted.split(",").some((entry) => {
    const [name = "", ...parameters] = entry.split(";").map((part) => part.trim().toLowerCase());
    return name === coding && !parameters.some((parameter) => /^q=0(?:\.0*)?$/.test(parameter));
  });
}
