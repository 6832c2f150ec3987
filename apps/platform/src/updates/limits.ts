/** Limits of sockets. A page that meets one is closed, comes back later, and has lost nothing. */
export type SocketLimits = {
  readonly sockets: number;
  readonly socketsOfAddress: number;
  readonly socketsOfPerson: number;
  readonly topics: number;
  /** Messages that a page may send at once, and how many more each second. */
  readonly burst: number;
  readonly perSecond: number;
  /** Bytes of one message of a page. */
  readonly messageBytes: number;
  /** Bytes that wait for a page that reads slowly. */
  readonly waitingBytes: number;
  /** Messages that wait while a page is told what it missed. */
  readonly held: number;
  /** Updates that a page is told as missed; who missed more asks for everything anew. */
  readonly missed: number;
};

export const usualLimits: SocketLimits = {
  sockets: 20_000,
  socketsOfAddress: 200,
  socketsOfPerson: 30,
  topics: 40,
  burst: 20,
  perSecond: 5,
  messageBytes: 8_192,
  waitingBytes: 1_048_576,
  held: 1_000,
  missed: 1_000,
};

/** Allows `burst` at once and `perSecond` more with time. */
export class TokenBucket {
  readonly #burst: number;
  readonly #perSecond: number;
  #tokens: number;
  #at: number;

  constructor({ burst, perSecond }: Pick<SocketLimits, "burst" | "perSecond">, now: number) {
    this.#burst = burst;
    this.#perSecond = perSecond;
    this.#tokens = burst;
    this.#at = now;
  }

  /** Takes one; false where there is none. `now`: Unix milliseconds. */
  take(now: number): boolean {
    const come = (Math.max(0, now - this.#at) / 1000) * this.#perSecond;
    this.#tokens = Math.min(this.#burst, this.#tokens + come);
    this.#at = now;
    if (this.#tokens < 1) return false;
    this.#tokens--;
    return true;
  }
}
