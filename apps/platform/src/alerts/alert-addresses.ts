import { z } from "zod";
import type { Tx } from "../store/index.ts";
import { type Reads, readSiteValue, writeSiteValue } from "./site-values.ts";

const NAME = "alerts.addresses";

/** E-mail addresses that get alerts besides the operators', for example of a team. */
export async function alertAddresses(reads: Reads): Promise<readonly string[]> {
  return (await readSiteValue(reads, NAME, z.array(z.string()))) ?? [];
}

export function setAlertAddresses(tx: Tx, addresses: readonly string[]): Promise<void> {
  return writeSiteValue(tx, NAME, addresses);
}
