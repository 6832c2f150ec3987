import { randomFillSync } from "node:crypto";
import { MalformedInput } from "@oxbow/media";
import {
  type DigestScheme,
  findDigest,
  PACKET,
  secondSignature,
  signFirst,
  signSecond,
} from "./handshake-digest.ts";

const VERSION = 3;

/** What to send, and the bytes behind the handshake once it is over. */
export type HandshakeStep = { readonly reply?: Buffer; readonly rest?: Buffer };

/**
 * The server's side of the handshake (RTMP 1.0 §5.2): simple, or with digests (schemes 0 and 1)
 * where C1 is signed. C2 is not checked: encoders fill it in many ways, and it proves nothing.
 */
export class ServerHandshake {
  /** C0 and C1; afterwards only the count of C2 goes on. */
  #received: Buffer = Buffer.allocUnsafe(1 + PACKET);
  #filled = 0;

  push(bytes: Buffer): HandshakeStep {
    let at = 0;
    let reply: Buffer | undefined;
    if (this.#filled < 1 + PACKET) {
      at = bytes.copy(this.#received, this.#filled);
      this.#filled += at;
      if (this.#received.readUInt8(0) >= 32) {
        // 32 and above are not allowed, so that text protocols are told apart (§5.2.2).
        const message = `Version ${this.#received.readUInt8(0)} is not RTMP`;
        throw new MalformedInput(message, { spec: "RTMP 1.0 §5.2.2", offset: 0 });
      }
      if (this.#filled < 1 + PACKET) return {};
      reply = answer(this.#received.subarray(1));
      this.#received = Buffer.alloc(0);
    }
    const second = Math.min(bytes.length - at, 1 + 2 * PACKET - this.#filled);
    this.#filled += second;
    const over = this.#filled === 1 + 2 * PACKET;
    return {
      ...(reply && { reply }),
      ...(over && { rest: bytes.subarray(at + second) }),
    };
  }
}

/** S0, S1 and S2. */
function answer(c1: Buffer): Buffer {
  const out = randomFillSync(Buffer.allocUnsafe(1 + 2 * PACKET));
  const s1 = out.subarray(1, 1 + PACKET);
  const s2 = out.subarray(1 + PACKET);
  out.writeUInt8(VERSION, 0);
  s1.writeUInt32BE(0, 0);
  const signed = c1.readUInt32BE(4) === 0 ? undefined : findDigest(c1, "client");
  if (signed === undefined) {
    s1.writeUInt32BE(0, 4);
    c1.copy(s2);
    return out;
  }
  // The version that servers with digests report: 5.0.3.1.
  s1.writeUInt32BE(0x05000301, 4);
  signFirst(s1, signed.scheme, "server");
  signSecond(s2, signed.digest, "server");
  return out;
}

/** The client's side: simple, or with digests of the given scheme. */
export class ClientHandshake {
  /** C0 and C1, to be sent first. */
  readonly hello: Buffer;
  readonly #digest: Buffer | undefined;
  readonly #received: Buffer = Buffer.allocUnsafe(1 + 2 * PACKET);
  #filled = 0;

  constructor(scheme: DigestScheme | "simple") {
    this.hello = randomFillSync(Buffer.allocUnsafe(1 + PACKET));
    this.hello.writeUInt8(VERSION, 0);
    const c1 = this.hello.subarray(1);
    c1.writeUInt32BE(0, 0);
    c1.writeUInt32BE(scheme === "simple" ? 0 : 0x80000702, 4);
    this.#digest = scheme === "simple" ? undefined : signFirst(c1, scheme, "client");
  }

  /**
   * Takes S0, S1 and S2 and answers with C2 when all are there.
   * @throws MalformedInput where the server speaks another version or its signature is wrong.
   */
  push(bytes: Buffer): HandshakeStep {
    const taken = bytes.copy(this.#received, this.#filled);
    this.#filled += taken;
    if (this.#received.readUInt8(0) !== VERSION) {
      const message = `Version ${this.#received.readUInt8(0)} is not RTMP`;
      throw new MalformedInput(message, { spec: "RTMP 1.0 §5.2.2", offset: 0 });
    }
    if (this.#filled < this.#received.length) return {};
    const s1 = this.#received.subarray(1, 1 + PACKET);
    const signed = this.#digest && findDigest(s1, "server");
    if (this.#digest === undefined || signed === undefined) {
      return { reply: Buffer.from(s1), rest: bytes.subarray(taken) };
    }
    const s2 = this.#received.subarray(1 + PACKET);
    if (!secondSignature(s2, this.#digest, "server").equals(s2.subarray(-32))) {
      throw new MalformedInput("S2 is not signed for C1", { spec: "RTMP 1.0 §5.2.4" });
    }
    const reply = randomFillSync(Buffer.allocUnsafe(PACKET));
    signSecond(reply, signed.digest, "client");
    return { reply, rest: bytes.subarray(taken) };
  }
}
