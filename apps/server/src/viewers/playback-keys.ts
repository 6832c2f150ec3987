import { randomBytes } from "node:crypto";
import { Fault } from "@oxbow/contract";
import type { Millis } from "@oxbow/media";
import { type CryptoKey, importJWK, type JWK } from "jose";
import type { World } from "../world.ts";

const KEYS = 50;
const SECRET_BYTES = 32;
/** A key that another server of the same database made or removed is seen this much later at most. */
const RELOAD_MS = 5_000;
/** A token may name a key that was made a moment ago; names that nobody made cost no more than this. */
const UNKNOWN_RELOAD_MS = 1_000;

/** A key as it is kept, in clear. */
export type StoredPlaybackKey = {
  readonly id: string;
  readonly name: string;
  /** What the header of a token names it by. */
  readonly kid: string;
  readonly algorithm: "HS256" | "ES256";
  /** The secret in base64url, or the public JWK as JSON. */
  readonly key: string;
  readonly createdAt: Millis;
};

/** A public key of P-256 (RFC 7518 §6.2.1). */
export type PublicKey = {
  readonly kty: "EC";
  readonly crv: "P-256";
  readonly x: string;
  readonly y: string;
  readonly kid?: string | undefined;
};

/** Where playback keys are kept; sealed at rest. */
export interface PlaybackKeyStore {
  all(): Promise<readonly StoredPlaybackKey[]>;
  /** Unless there are `most` already, or one has its kid. */
  add(key: StoredPlaybackKey, most: number): Promise<"added" | "full" | "taken">;
  remove(id: string): Promise<boolean>;
}

/** What a token is verified with: one algorithm for each key, whatever a token says of itself (RFC 8725 §3.1). */
export type VerificationKey = {
  readonly algorithm: StoredPlaybackKey["algorithm"];
  readonly key: CryptoKey | Uint8Array;
};

type Loaded = { readonly keys: ReadonlyMap<string, VerificationKey>; readonly at: Millis };

/** The keys that playback tokens are signed with. Several are good at a time, so that they can be rotated. */
export class PlaybackKeys {
  readonly #store: PlaybackKeyStore;
  readonly #world: World;
  #loaded: Loaded | undefined;
  #loading: Promise<Loaded> | undefined;
  #changes = 0;
  /** Those that were read last. */
  #kids: readonly string[] = [];
  /** Called when a key is gone: what was verified with it is no longer. */
  onRemoved: () => void = () => {};

  constructor(store: PlaybackKeyStore, world: World) {
    this.#store = store;
    this.#world = world;
  }

  /** Oldest first. */
  async list(): Promise<readonly StoredPlaybackKey[]> {
    return this.#store.all();
  }

  /** Makes an HS256 secret, or takes a public key. Fault `invalid_request`, `conflict`, `limit_reached`. */
  async create(wish: {
    readonly name: string;
    readonly publicKey?: PublicKey;
  }): Promise<StoredPlaybackKey> {
    const { name, publicKey } = wish;
    const id = this.#world.id("pbk");
    const stored: StoredPlaybackKey = {
      id,
      name,
      kid: publicKey?.kid ?? id,
      createdAt: this.#world.now(),
      ...(publicKey === undefined
        ? { algorithm: "HS256", key: randomBytes(SECRET_BYTES).toString("base64url") }
        : { algorithm: "ES256", key: JSON.stringify(pointOf(publicKey)) }),
    };
    await verificationKey(stored).catch((cause: unknown) => {
      throw new Fault("invalid_request", "The key is no point of P-256", {
        field: "publicKey",
        cause,
      });
    });
    const outcome = await this.#store.add(stored, KEYS);
    if (outcome === "taken") {
      throw new Fault("conflict", `Another playback key has the kid "${stored.kid}"`, {
        field: "publicKey.kid",
      });
    }
    if (outcome === "full") {
      throw new Fault("limit_reached", `Cannot add a playback key: there are ${KEYS}`);
    }
    this.#changed();
    return stored;
  }

  /** Fault `playback_key_unknown`. */
  async remove(id: string): Promise<void> {
    if (!(await this.#store.remove(id))) {
      throw new Fault("playback_key_unknown", `There is no playback key "${id}"`);
    }
    this.#changed();
    this.onRemoved();
  }

  #changed(): void {
    this.#loaded = undefined;
    this.#changes += 1;
  }

  /** The key that a token names; undefined where there is none. */
  async find(kid: string): Promise<VerificationKey | undefined> {
    const age = this.#loaded ? this.#world.now() - this.#loaded.at : Number.POSITIVE_INFINITY;
    const known = this.#loaded?.keys.get(kid);
    if (known && age >= 0 && age < RELOAD_MS) return known;
    if (!known && age >= 0 && age < UNKNOWN_RELOAD_MS) return undefined;
    try {
      return (await this.#load()).keys.get(kid);
    } catch (err) {
      // While the database is away, viewers go on with the keys that were good before.
      if (!known) throw err;
      this.#world.log.warn({ err }, "playback keys could not be read again");
      return known;
    }
  }

  /** Looks for what other servers have changed, where keys are used at all. */
  async refresh(): Promise<void> {
    if (!this.#loaded) return;
    const age = this.#world.now() - this.#loaded.at;
    if (age >= 0 && age < RELOAD_MS) return;
    await this.#load().catch((err: unknown) => {
      this.#world.log.warn({ err }, "playback keys could not be read again");
    });
  }

  #load(): Promise<Loaded> {
    this.#loading ??= this.#read().finally(() => {
      this.#loading = undefined;
    });
    return this.#loading;
  }

  /** What was read while one was made or removed here is read again: neither may be seen later than at once. */
  async #readUnchanged(): Promise<Loaded> {
    for (;;) {
      const changes = this.#changes;
      const at = this.#world.now();
      const keys = new Map<string, VerificationKey>();
      for (const stored of await this.#store.all()) {
        keys.set(stored.kid, await verificationKey(stored));
      }
      if (changes === this.#changes) return { keys, at };
    }
  }

  async #read(): Promise<Loaded> {
    const { at, keys } = await this.#readUnchanged();
    const before = this.#kids;
    this.#loaded = { keys, at };
    this.#kids = [...keys.keys()];
    // Another server of this database may have removed one.
    if (before.some((kid) => !keys.has(kid))) this.onRemoved();
    return this.#loaded;
  }
}

function pointOf({ kty, crv, x, y }: PublicKey): PublicKey {
  return { kty, crv, x, y };
}

async function verificationKey({ algorithm, key }: StoredPlaybackKey): Promise<VerificationKey> {
  if (algorithm === "HS256") return { algorithm, key: Buffer.from(key, "base64url") };
  const { kty, crv, x, y }: JWK = JSON.parse(key);
  if (kty !== "EC" || crv === undefined || x === undefined || y === undefined) {
    throw new Error("A stored public key is none of P-256");
  }
  return { algorithm, key: await importJWK({ kty, crv, x, y }, algorithm) };
}
