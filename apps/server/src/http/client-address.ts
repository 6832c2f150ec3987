import type { IncomingMessage } from "node:http";
import { BlockList, isIP } from "node:net";

/** `10.0.0.0/8`, `fd00::/8`, or one address. Undefined where it is neither. */
export function trustedRange(
  text: string,
):
  | { readonly address: string; readonly bits: number; readonly family: "ipv4" | "ipv6" }
  | undefined {
  const [, address = "", prefix] = /^([^/]+?)(?:\/(\d{1,3}))?$/.exec(text.trim()) ?? [];
  const version = isIP(address);
  if (version === 0) return undefined;
  const most = version === 4 ? 32 : 128;
  const bits = prefix === undefined ? most : Number(prefix);
  return bits > most ? undefined : { address, bits, family: version === 4 ? "ipv4" : "ipv6" };
}

/**
 * Reads a viewer's address: that of the connection, or what proxies tell of it, as far as they are
 * trusted. `X-Forwarded-For` before `Forwarded` (RFC 7239): what a proxy does not write itself it may
 * pass on from anybody, and nearly all write the first. The lists are read from their ends, since
 * what stands before a proxy's own entry was said by its client.
 */
export function clientAddress(
  trusted: readonly string[],
): (request: Pick<IncomingMessage, "headers" | "socket">) => string {
  const list = new BlockList();
  for (const text of trusted) {
    const range = trustedRange(text);
    if (!range) throw new Error(`"${text}" is no address and no range of addresses`);
    list.addSubnet(range.address, range.bits, range.family);
  }
  const isTrusted = (address: string): boolean =>
    isIP(address) !== 0 && list.check(address, isIP(address) === 4 ? "ipv4" : "ipv6");
  return ({ headers, socket }) => {
    const direct = plain(socket.remoteAddress ?? "");
    const hops = headers["x-forwarded-for"] ?? headers.forwarded;
    if (hops === undefined || !isTrusted(direct)) return direct;
    const told = Array.isArray(hops) ? hops.join(",") : hops;
    const addresses =
      headers["x-forwarded-for"] === undefined ? forwardedFor(told) : told.split(",").map(node);
    let address = direct;
    for (const hop of addresses.toReversed()) {
      // An obfuscated or unknown node says nothing; the nearest one known is what there is.
      if (isIP(hop) === 0) break;
      address = hop;
      if (!isTrusted(hop)) break;
    }
    return address;
  };
}

/** `name=value`, quoted or not, and what comes after it (RFC 7239 §4). */
const PAIR = /\s*([\w!#$%&'*+.^`|~-]+)=(?:"((?:[^"\\]|\\.)*)"|([^\s;,"]*))\s*(;|,|$)/gy;

/** The `for` of each element of a Forwarded header; "" where an element has none. What is not well formed says nothing. */
function forwardedFor(header: string): string[] {
  const nodes: string[] = [];
  let current = "";
  let read = 0;
  for (const [pair, name = "", quoted, token, end] of header.matchAll(PAIR)) {
    read += pair.length;
    if (name.toLowerCase() === "for") current = node(quoted ?? token ?? "");
    if (end === ";") continue;
    nodes.push(current);
    current = "";
  }
  return read === header.length ? nodes : [];
}

/** An address without brackets and port (RFC 7239 §6). */
function node(text: string): string {
  const trimmed = text.trim();
  const [, bracketed] = /^\[([^\]]+)\](?::\d+)?$/.exec(trimmed) ?? [];
  if (bracketed !== undefined) return plain(bracketed);
  const [, v4] = /^(\d+\.\d+\.\d+\.\d+):\d+$/.exec(trimmed) ?? [];
  return plain(v4 ?? trimmed);
}

/** An IPv4 address that came by an IPv6 socket is one. */
function plain(address: string): string {
  if (!address.startsWith("::")) return address;
  return /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1] ?? address;
}
