import type { IncomingMessage } from "node:http";

type Trust = (address: string, hop: number) => boolean;

/**
 * The origins that pages of this site have: as the site is called (`siteUrl`), and as this browser
 * calls it, by the word of the proxies that are trusted.
 */
export function ownOrigins(
  siteUrl: string | undefined,
  trust: Trust,
): (request: IncomingMessage) => readonly string[] {
  const fixed = siteUrl === undefined ? [] : [new URL(siteUrl).origin];
  return (request) => {
    const told = (header: string): string | undefined => lastTold(request, trust, header);
    const host = told("x-forwarded-host") ?? request.headers.host ?? "";
    return [...fixed, `${told("x-forwarded-proto") ?? "http"}://${host}`];
  };
}

/** The last entry: what stands before it, the proxy's own client may have written. */
function lastTold(request: IncomingMessage, trust: Trust, header: string): string | undefined {
  const value = request.headers[header];
  if (value === undefined || !trust(request.socket.remoteAddress ?? "", 0)) return undefined;
  const text = Array.isArray(value) ? value.join(",") : value;
  return text.slice(text.lastIndexOf(",") + 1).trim();
}
