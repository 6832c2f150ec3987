import { randomBytes } from "node:crypto";
import { mkdir, open, readFile } from "node:fs/promises";
import { join } from "node:path";

const NAME = "platform-secret";

/** The secret that cookies are signed with: made at the first start, readable by this user alone. */
export async function readSecret(data: string): Promise<string> {
  const path = join(data, NAME);
  await mkdir(data, { recursive: true });
  try {
    await using file = await open(path, "wx", 0o600);
    await file.writeFile(`${randomBytes(32).toString("base64url")}\n`);
    await file.sync();
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  }
  const secret = (await readFile(path, "utf8")).trim();
  if (secret.length < 32) throw new Error(`${path} holds no secret: remove it, and start again`);
  return secret;
}
