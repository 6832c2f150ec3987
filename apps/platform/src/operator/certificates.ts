import { connect } from "node:tls";
import type { CertificateState } from "@oxbow/site-contract";
import type { World } from "../world.ts";

const TIMEOUT_MS = 3_000;
const KEPT_MS = 10 * 60_000;
const HTTPS_PORT = 443;

type Looked = { readonly at: number; readonly state: CertificateState };

/** When the certificates of some addresses end, as browsers see them; looked at every ten minutes at most. */
export class Certificates {
  readonly #world: World;
  readonly #looked = new Map<string, Looked>();

  constructor(world: World) {
    this.#world = world;
  }

  /** Those of the https addresses among `urls`, each host once. */
  async look(urls: readonly string[]): Promise<readonly CertificateState[]> {
    const hosts = new Set(
      urls.flatMap((url) => {
        const { protocol, host } = new URL(url);
        return protocol === "https:" ? [host] : [];
      }),
    );
    return Promise.all([...hosts].map((host) => this.#of(host)));
  }

  async #of(host: string): Promise<CertificateState> {
    const before = this.#looked.get(host);
    const now = this.#world.now();
    if (before !== undefined && now - before.at < KEPT_MS) return before.state;
    const state = await expiryOf(host);
    this.#looked.set(host, { at: now, state });
    return state;
  }
}

/** Shakes hands with `host` (`name` or `name:port`), and reads what it shows. */
function expiryOf(host: string): Promise<CertificateState> {
  const { hostname, port } = new URL(`https://${host}`);
  return new Promise((done) => {
    const socket = connect({
      host: hostname,
      port: port === "" ? HTTPS_PORT : Number(port),
      ...(/^[\d.:[\]]+$/.test(hostname) ? {} : { servername: hostname }),
      // Only the date is read: one that nobody trusts has one, too.
      rejectUnauthorized: false,
      timeout: TIMEOUT_MS,
    });
    const end = (outcome: Pick<CertificateState, "expiresAt" | "error">): void => {
      socket.destroy();
      done({ host, ...outcome });
    };
    socket.once("secureConnect", () => {
      const until = Date.parse(socket.getPeerCertificate().valid_to);
      if (Number.isNaN(until)) end({ expiresAt: null, error: "It shows no certificate" });
      else end({ expiresAt: new Date(until).toISOString(), error: null });
    });
    socket.once("timeout", () => end({ expiresAt: null, error: "It does not answer" }));
    socket.once("error", ({ message }) => end({ expiresAt: null, error: message }));
  });
}
