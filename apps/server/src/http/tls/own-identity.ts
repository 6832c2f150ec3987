import { createPrivateKey, X509Certificate } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { World } from "../../world.ts";
import { selfSigned } from "./self-signed.ts";
import type { TlsIdentity, TlsPair } from "./tls-identity.ts";

const LOOPBACK = ["localhost", "127.0.0.1", "::1"];
const DAY_MS = 86_400_000;
const VALID_MS = 90 * DAY_MS;
/** Another one is made when it has less than this to go. */
const RENEW_MS = 30 * DAY_MS;
/** Clocks of this machine's programs agree; what a virtual machine woke up with may lag. */
const BEFORE_MS = DAY_MS;
const LOOK_MS = DAY_MS / 2;

/**
 * A certificate of our own for this machine's loopback names, kept in `folder` (`cert.pem`, and
 * `key.pem` with mode 0600) and made anew before it ends. Browsers ask before they take it.
 */
export async function ownIdentity(
  folder: string,
  world: Pick<World, "now" | "log">,
): Promise<TlsIdentity> {
  let current = await keptOrMade(folder, world);
  let listener: ((pair: TlsPair) => void) | undefined;
  const renew = async () => {
    if (lasts(current, world.now())) return;
    current = await keptOrMade(folder, world);
    listener?.(current);
  };
  const timer = setInterval(() => {
    renew().catch((error: unknown) =>
      world.log.error({ err: error }, "the TLS certificate is not renewed"),
    );
  }, LOOK_MS);
  timer.unref();
  return {
    get current() {
      return current;
    },
    onChange: (given) => {
      listener = given;
    },
    [Symbol.dispose]: () => clearInterval(timer),
  };
}

async function keptOrMade(folder: string, world: Pick<World, "now">): Promise<TlsPair> {
  const kept = await readKept(folder);
  if (kept && lasts(kept, world.now())) return kept;
  const now = world.now();
  const made = selfSigned(LOOPBACK, now - BEFORE_MS, now + VALID_MS);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  // The key first: a start between the two finds a pair that does not fit, and makes another.
  await replace(join(folder, "key.pem"), made.key);
  await replace(join(folder, "cert.pem"), made.cert);
  return made;
}

async function replace(path: string, content: string): Promise<void> {
  const made = `${path}.new`;
  await writeFile(made, content, { mode: 0o600 });
  await rename(made, path);
}

async function readKept(folder: string): Promise<TlsPair | undefined> {
  try {
    const cert = await readFile(join(folder, "cert.pem"), "utf8");
    const key = await readFile(join(folder, "key.pem"), "utf8");
    return { cert, key };
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

/** Whether a pair fits together and has long enough to go; one that is not even a certificate does not. */
function lasts({ cert, key }: TlsPair, now: number): boolean {
  try {
    const read = new X509Certificate(cert);
    const fits = read.checkPrivateKey(createPrivateKey(key));
    return fits && read.validToDate.getTime() - now > RENEW_MS;
  } catch {
    // What stands there is none of ours any more: it is made anew.
    return false;
  }
}
