import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { link, mkdir, open, readFile, unlink } from "node:fs/promises";
import { dirname } from "node:path";

const VERSION = "v1.";
const KEY_BYTES = 32;
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** Seals what the database must give back in clear (stream keys, webhook secrets), so that a copy of it tells nothing. */
export interface SecretBox {
  seal(text: string): string;
  /** Throws when the text was sealed with another key, or changed. */
  open(sealed: string): string;
}

/** AES-256-GCM with a key of 32 bytes. */
export function secretBox(key: Uint8Array): SecretBox {
  return {
    seal(text) {
      // A random 96-bit nonce for each text (NIST SP 800-38D §8.2.2): safe below 2^32 texts.
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv("aes-256-gcm", key, iv);
      const body = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
      return VERSION + Buffer.concat([iv, cipher.getAuthTag(), body]).toString("base64url");
    },
    open(sealed) {
      const bytes = Buffer.from(sealed.slice(VERSION.length), "base64url");
      if (!sealed.startsWith(VERSION) || bytes.length < IV_BYTES + TAG_BYTES) {
        throw new Error("Cannot open a sealed text: it is not one");
      }
      const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, IV_BYTES));
      decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
      try {
        const body = decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES));
        return Buffer.concat([body, decipher.final()]).toString("utf8");
      } catch (cause) {
        throw new Error("Cannot open a sealed text: it was sealed with another key file", {
          cause,
        });
      }
    },
  };
}

/**
 * The box whose key stands in `file` (`OXBOW_DATA/secret`), made at the first start with mode 0600.
 * Servers that share a database must share the file's content too.
 */
export async function openSecretBox(file: string): Promise<SecretBox> {
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return createKeyFile(file);
    throw error;
  });
  const key = Buffer.from(text.trim(), "base64url");
  if (key.length !== KEY_BYTES) {
    throw new Error(`Cannot use the key file "${file}": it does not hold ${KEY_BYTES} bytes`);
  }
  return secretBox(key);
}

async function createKeyFile(file: string): Promise<string> {
  await mkdir(dirname(file), { recursive: true });
  const draft = `${file}.${randomBytes(6).toString("hex")}`;
  const text = randomBytes(KEY_BYTES).toString("base64url");
  const handle = await open(draft, "wx", 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  try {
    // A link, not a rename: a key that another process made meanwhile must stay.
    await link(draft, file);
    return text;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") {
      return await readFile(file, "utf8");
    }
    throw error;
  } finally {
    await unlink(draft);
  }
}
