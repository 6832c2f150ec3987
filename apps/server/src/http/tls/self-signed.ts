import { generateKeyPairSync, randomBytes, sign } from "node:crypto";
import { isIP } from "node:net";
import {
  bits,
  boolean,
  explicit,
  implicit,
  integer,
  octets,
  oid,
  sequence,
  set,
  text,
  time,
} from "./der.ts";
import type { TlsPair } from "./tls-identity.ts";

const ECDSA_WITH_SHA256 = sequence(oid("1.2.840.10045.4.3.2"));
const COMMON_NAME = oid("2.5.4.3");
const SUBJECT_ALT_NAME = oid("2.5.29.17");
const BASIC_CONSTRAINTS = oid("2.5.29.19");
const KEY_USAGE = oid("2.5.29.15");
const EXTENDED_KEY_USAGE = oid("2.5.29.37");
const SERVER_AUTH = oid("1.3.6.1.5.5.7.3.1");

/**
 * A certificate for these names and addresses that vouches for itself (RFC 5280, P-256), valid from
 * `from` until `to`, Unix milliseconds. It is no authority: nothing that it signs is trusted.
 */
export function selfSigned(names: readonly string[], from: number, to: number): TlsPair {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const name = sequence(set(sequence(COMMON_NAME, text("Oxbow"))));
  const body = sequence(
    explicit(0, integer(Buffer.from([2]))),
    integer(randomBytes(16)),
    ECDSA_WITH_SHA256,
    name,
    sequence(time(from), time(to)),
    name,
    publicKey.export({ type: "spki", format: "der" }),
    explicit(3, sequence(...extensions(names))),
  );
  const signature = sign("sha256", body, { key: privateKey, dsaEncoding: "der" });
  const certificate = sequence(body, ECDSA_WITH_SHA256, bits(signature));
  return {
    cert: pem("CERTIFICATE", certificate),
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  };
}

function extensions(names: readonly string[]): Buffer[] {
  const critical = boolean(true);
  // digitalSignature, the first of the bits.
  const usage = bits(Buffer.from([0x80]), 7);
  return [
    sequence(BASIC_CONSTRAINTS, critical, octets(sequence())),
    sequence(KEY_USAGE, critical, octets(usage)),
    sequence(EXTENDED_KEY_USAGE, octets(sequence(SERVER_AUTH))),
    sequence(SUBJECT_ALT_NAME, octets(sequence(...names.map(generalName)))),
  ];
}

/** RFC 5280 §4.2.1.6: dNSName is `[2]`, iPAddress `[7]`. */
function generalName(name: string): Buffer {
  switch (isIP(name)) {
    case 4:
      return implicit(7, Buffer.from(name.split(".").map(Number)));
    case 6:
      return implicit(7, ipv6(name));
    default:
      return implicit(2, Buffer.from(name, "ascii"));
  }
}

/** RFC 4291 §2.2: groups of four digits, `::` for as many zeros as are missing. */
function ipv6(address: string): Buffer {
  const [head = "", tail] = address.split("::");
  const [first, last] = [groups(head), groups(tail ?? "")];
  const zeros = Array.from({ length: 8 - first.length - last.length }, () => "0");
  const all = tail === undefined ? first : [...first, ...zeros, ...last];
  return Buffer.from(all.map((group) => group.padStart(4, "0")).join(""), "hex");
}

function groups(part: string): string[] {
  return part === "" ? [] : part.split(":");
}

function pem(label: string, der: Buffer): string {
  const lines = der.toString("base64").replace(/(.{64})(?!$)/g, "$1\n");
  return `-----BEGIN ${label}-----\n${lines}\n-----END ${label}-----\n`;
}
