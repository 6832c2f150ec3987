import { randomBytes } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** The first admin key: the one that is set, or the one of the data folder, made at the first start. */
export function firstApiKey(data: string, set: string | undefined): Promise<string> {
  return set === undefined ? kept(join(data, "api-key"), newApiKey) : Promise.resolve(set);
}

/** What questions to the operator's callbacks are signed with: the one that is set, or one that is kept likewise. */
export function callbackSecret(data: string, set: string | undefined): Promise<string> {
  return set === undefined ? kept(join(data, "callback-secret"), newSecret) : Promise.resolve(set);
}

const newApiKey = (): string => `oxb_${randomBytes(24).toString("base64url")}`;
const newSecret = (): string => `whsec_${randomBytes(32).toString("base64")}`;

/** Readable by its owner alone. */
async function kept(path: string, make: () => string): Promise<string> {
  try {
    return (await readFile(path, "utf8")).trim();
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
  }
  const text = make();
  await writeFile(path, `${text}\n`, { mode: 0o600, flag: "wx" });
  return text;
}
