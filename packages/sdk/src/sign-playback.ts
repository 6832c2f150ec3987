import { base64url, importJWK, type JWK, SignJWT, type CryptoKey as WebCryptoKey } from "jose";

/** What a viewer is to be allowed. */
export type PlaybackGrant = {
  /** The secret of an HS256 key as the server told it, or your own private ES256 key. */
  readonly key: string | JWK | WebCryptoKey;
  /** The key's `kid`. */
  readonly kid: string;
  /** Id of the stream or asset. */
  readonly sub: string;
  /** Seconds that the token is good for. */
  readonly expiresIn: number;
  /** Unix milliseconds before which it is not good. */
  readonly notBefore?: number;
  /** What the viewer is counted by; the same for all tokens that renew each other. */
  readonly jti?: string;
  /** How many may play by it at a time. */
  readonly maxSessions?: number;
  /** Of `live`, `dvr` and `vod`: all, unless told. */
  readonly kinds?: readonly ("live" | "dvr" | "vod")[];
  /**
   * The stretch of a stream's archive that the token opens, Unix milliseconds, `[from, to)`; what is
   * left out has no end on that side. The whole archive, unless told.
   */
  readonly range?: { readonly from?: number | undefined; readonly to?: number | undefined };
  /** Id of the one broadcast that it opens, live and recorded. */
  readonly broadcast?: string;
  /** Further claims: the server hands them to your `on_play` callback. */
  readonly claims?: Readonly<Record<string, unknown>>;
  /** Unix milliseconds now, for tests. */
  readonly now?: number;
};

/** Signs a token that lets a viewer play what is not public. Keep the key on your server. */
export async function signPlayback(grant: PlaybackGrant): Promise<string> {
  const {
    sub,
    kid,
    expiresIn,
    notBefore,
    jti,
    maxSessions,
    kinds,
    range,
    broadcast,
    claims,
    now = Date.now(),
  } = grant;
  if (!Number.isFinite(expiresIn) || expiresIn <= 0) {
    throw new TypeError("Give expiresIn, seconds that the token is good for");
  }
  const { alg, key } = await signingKey(grant.key);
  const seconds = Math.floor(now / 1000);
  return new SignJWT({
    ...claims,
    sub,
    aud: "oxbow-playback",
    iat: seconds,
    exp: seconds + Math.ceil(expiresIn),
    ...(notBefore === undefined ? {} : { nbf: Math.floor(notBefore / 1000) }),
    ...(jti === undefined ? {} : { jti }),
    ...(maxSessions === undefined ? {} : { maxSessions }),
    ...(kinds === undefined ? {} : { kinds: [...kinds] }),
    ...boundsOf(range),
    ...(broadcast === undefined ? {} : { broadcast }),
  })
    .setProtectedHeader({ alg, kid })
    .sign(key);
}

function boundsOf(range: PlaybackGrant["range"]): { from?: number; to?: number } {
  const { from, to } = range ?? {};
  if (from !== undefined && to !== undefined && to < from) {
    throw new TypeError("The range ends before it begins");
  }
  return { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
}

/** A playback URL of the server, with the token in its path: relative URLs of playlists keep it. */
export function withToken(url: string, token: string): string {
  const { origin, pathname, search } = new URL(url);
  const path = /\/(?:live|dvr|vod|embed)\/.*$/.exec(pathname);
  if (!path) throw new TypeError(`"${url}" is no playback URL`);
  return `${origin}${pathname.slice(0, path.index)}/t/${token}${path[0]}${search}`;
}

async function signingKey(
  key: PlaybackGrant["key"],
): Promise<{ readonly alg: "HS256" | "ES256"; readonly key: WebCryptoKey | Uint8Array }> {
  if (typeof key === "string") return { alg: "HS256", key: base64url.decode(key) };
  if (!isJwk(key)) return { alg: "ES256", key };
  if (key.kty !== "EC" || key.d === undefined) {
    throw new TypeError("Give a private P-256 key: a public one signs nothing");
  }
  return { alg: "ES256", key: await importJWK(key, "ES256") };
}

const isJwk = (key: JWK | WebCryptoKey): key is JWK => !(key instanceof CryptoKey);
