/**
 * An encoder's address without its port, comparable with a browser's: IPv4 in IPv6 is IPv4, and this
 * machine is 127.0.0.1.
 */
export function hostOf(address: string): string {
  const bracketed = /^\[(?<host>.+)\](?::\d+)?$/.exec(address)?.groups?.["host"];
  const isIpv6 = address.split(":").length > 2;
  const host = bracketed ?? (isIpv6 ? address : address.replace(/:\d+$/, ""));
  const mapped = /^::ffff:(?<ipv4>\d+\.\d+\.\d+\.\d+)$/i.exec(host)?.groups?.["ipv4"] ?? host;
  return mapped === "::1" || mapped.startsWith("127.") ? "127.0.0.1" : mapped;
}
