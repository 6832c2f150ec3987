import { createPrivateKey, X509Certificate } from "node:crypto";
import { unwatchFile, watchFile } from "node:fs";
import { readFile } from "node:fs/promises";
import { createSecureContext } from "node:tls";
import type { World } from "../../world.ts";

/** A certificate chain and its key, as PEM. */
export type TlsPair = { readonly cert: string; readonly key: string };

/** What a TLS server shows, now and later. */
export interface TlsIdentity extends Disposable {
  readonly current: TlsPair;
  /** Calls when there is another pair. One listener. */
  onChange(listener: (pair: TlsPair) => void): void;
}

/** Files are looked at this often: watching by events misses those behind links. */
const LOOK_MS = 5_000;

/**
 * The operator's own certificate and key, taken up again when the files change. Throws with the names
 * of the settings where they can't be used; a change that can't be is logged, and the old ones stay.
 */
export async function identityFromFiles(
  files: { readonly cert: string; readonly key: string },
  world: Pick<World, "log">,
  interval = LOOK_MS,
): Promise<TlsIdentity> {
  let current = await readPair(files);
  let listener: ((pair: TlsPair) => void) | undefined;
  const take = async () => {
    const pair = await readPair(files);
    if (pair.cert === current.cert && pair.key === current.key) return;
    current = pair;
    listener?.(pair);
    world.log.info({ cert: files.cert }, "the TLS certificate was taken up again");
  };
  const look = () => {
    take().catch((error: unknown) =>
      world.log.error({ err: error }, "the old TLS certificate stays"),
    );
  };
  const paths = [files.cert, files.key];
  for (const path of paths) watchFile(path, { persistent: false, interval }, look);
  return {
    get current() {
      return current;
    },
    onChange: (given) => {
      listener = given;
    },
    [Symbol.dispose]: () => {
      for (const path of paths) unwatchFile(path, look);
    },
  };
}

async function readPair(files: { readonly cert: string; readonly key: string }): Promise<TlsPair> {
  const [cert, key] = await Promise.all([
    read("OXBOW_TLS_CERT", files.cert),
    read("OXBOW_TLS_KEY", files.key),
  ]);
  try {
    // A file that is being written may be empty, which a context takes for none at all.
    const fits = new X509Certificate(cert).checkPrivateKey(createPrivateKey(key));
    if (!fits) throw new Error("key values mismatch");
    createSecureContext({ cert, key });
  } catch (cause) {
    const told = cause instanceof Error ? cause.message : String(cause);
    throw new Error(
      `Cannot use OXBOW_TLS_CERT=${files.cert} with OXBOW_TLS_KEY=${files.key}: ${told}`,
      { cause },
    );
  }
  return { cert, key };
}

async function read(setting: string, path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    const told = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`Cannot read ${setting}=${path}: ${told}`, { cause });
  }
}
