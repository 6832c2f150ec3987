import { lookup } from "node:dns";
import { BlockList, isIP, type LookupFunction } from "node:net";
import { Fault } from "@oxbow/contract";

// A cloud's metadata service answers whoever asks from inside with the machine's credentials, and
// stands on a link-local address. Loopback and private addresses are allowed: whoever runs this server
// runs the platform beside it, and a sink is made with an admin key.
const refused = new BlockList();
refused.addSubnet("169.254.0.0", 16, "ipv4");
refused.addSubnet("fe80::", 10, "ipv6");
refused.addAddress("fd00:ec2::254", "ipv6");
refused.addSubnet("0.0.0.0", 8, "ipv4");
refused.addSubnet("224.0.0.0", 4, "ipv4");
refused.addSubnet("ff00::", 8, "ipv6");

/** Whether deliveries may go to an address. */
export function isAllowedAddress(address: string): boolean {
  // An IPv4 address inside an IPv6 one (::ffff:169.254.0.1) is checked as what it is.
  return !refused.check(address, isIP(address) === 6 ? "ipv6" : "ipv4");
}

/** Checks a sink's URL as far as its text tells. Fault `invalid_request`. */
export function checkSinkUrl(text: string): void {
  const url = URL.parse(text);
  const why = url === null ? "it is not an absolute URL" : whyRefused(url);
  if (why !== undefined) {
    throw new Fault("invalid_request", `Cannot deliver to "${text}": ${why}`, { field: "url" });
  }
}

function whyRefused(url: URL): string | undefined {
  if (url.protocol !== "http:" && url.protocol !== "https:") return "give http or https";
  if (url.username !== "" || url.password !== "") return "leave out user and password";
  const host = url.hostname.replace(/^\[|\]$/g, "");
  if (isIP(host) !== 0 && !isAllowedAddress(host)) return "the address is link-local or reserved";
  return undefined;
}

/** Resolves a name, and refuses what may not be delivered to: a name may lead to any address. */
export const guardedLookup: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    const [first] = addresses ?? [];
    const bad = addresses?.find(({ address }) => !isAllowedAddress(address));
    if (error !== null || first === undefined) {
      callback(error ?? new Error(`"${hostname}" has no address`), "", 0);
    } else if (bad !== undefined) {
      const why = `"${hostname}" leads to ${bad.address}, which is link-local or reserved`;
      callback(new Error(why), "", 0);
    } else if (options.all === true) callback(null, addresses);
    else callback(null, first.address, first.family);
  });
};
