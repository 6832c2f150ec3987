import { randomBytes } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

const FILE = "api-key";

/**
 * The first admin key: the one that is set, or the one of the data folder, made at the first start and
 * readable by its owner alone.
 */
export async function firstApiKey(data: string, set: string | undefined): Promise<string> {
  if (set !== undefined) return set;
  const path = join(data, FILE);
  try {
    return (await readFile(path, "utf8")).trim();
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
  }
  const key = `oxb_${randomBytes(24).toString("base64url")}`;
  await writeFile(path, `${key}\n`, { mode: 0o600, flag: "wx" });
  return key;
}
