import { createHmac, timingSafeEqual } from "node:crypto";

/** Length of C1, S1, C2 and S2 (RTMP 1.0 §5.2.3). */
export const PACKET = 1536;
const DIGEST = 32;

export type Side = "client" | "server";

const common = Buffer.from(
  "f0eec24a8068bee82e00d0d1029e7e576eec5d2d29806fab93b8e636cfeb31ae",
  "hex",
);
const player = Buffer.from("Genuine Adobe Flash Player 001", "latin1");
const server = Buffer.from("Genuine Adobe Flash Media Server 001", "latin1");

/** The keys of the two sides: the text signs C1 and S1, text and common bytes sign C2 and S2. */
const keys: Readonly<Record<Side, { readonly first: Buffer; readonly second: Buffer }>> = {
  client: { first: player, second: Buffer.concat([player, common]) },
  server: { first: server, second: Buffer.concat([server, common]) },
};

/** Where the digest stands: 1 in the first half of the packet, 0 in the second. */
export type DigestScheme = 0 | 1;

/** Where the digest of a C1 or S1 stands: four bytes at the begin of its block sum to its place. */
function digestAt(packet: Buffer, scheme: DigestScheme): number {
  const block = scheme === 0 ? 8 + 764 : 8;
  const sum =
    packet.readUInt8(block) +
    packet.readUInt8(block + 1) +
    packet.readUInt8(block + 2) +
    packet.readUInt8(block + 3);
  return block + 4 + (sum % 728);
}

function digestOf(packet: Buffer, at: number, side: Side): Buffer {
  return createHmac("sha256", keys[side].first)
    .update(packet.subarray(0, at))
    .update(packet.subarray(at + DIGEST))
    .digest();
}

/** Signs a C1 or S1 in place and returns its digest. */
export function signFirst(packet: Buffer, scheme: DigestScheme, side: Side): Buffer {
  const at = digestAt(packet, scheme);
  const digest = digestOf(packet, at, side);
  digest.copy(packet, at);
  return digest;
}

/** The scheme and digest of a C1 or S1, or undefined where it is a simple one. */
export function findDigest(
  packet: Buffer,
  side: Side,
): { readonly scheme: DigestScheme; readonly digest: Buffer } | undefined {
  for (const scheme of [1, 0] as const) {
    const at = digestAt(packet, scheme);
    const digest = Buffer.from(packet.subarray(at, at + DIGEST));
    if (timingSafeEqual(digest, digestOf(packet, at, side))) return { scheme, digest };
  }
  return undefined;
}

/** The signature that ends a C2 or S2 and answers the other side's digest. */
export function secondSignature(packet: Buffer, answered: Buffer, side: Side): Buffer {
  const key = createHmac("sha256", keys[side].second).update(answered).digest();
  return createHmac("sha256", key)
    .update(packet.subarray(0, PACKET - DIGEST))
    .digest();
}

/** Signs a C2 or S2 in place. */
export function signSecond(packet: Buffer, answered: Buffer, side: Side): void {
  secondSignature(packet, answered, side).copy(packet, PACKET - DIGEST);
}
