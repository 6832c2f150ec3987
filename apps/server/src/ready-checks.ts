import { access, constants } from "node:fs/promises";
import { sql } from "kysely";
import type { Archive } from "./archive/index.ts";
import type { ReadyCheck } from "./http/index.ts";
import type { Store } from "./store/index.ts";

/** What `/readyz` looks at: the disk and the database. */
export function readyChecks(ports: {
  readonly store: Store;
  readonly archive: Archive;
  readonly data: string;
}): readonly ReadyCheck[] {
  const { store, archive, data } = ports;
  return [
    {
      name: "disk",
      check: async () => {
        await access(data, constants.W_OK);
        return archive.mayRecord() ? null : "too little space is left to record";
      },
    },
    {
      name: "database",
      check: async () => {
        await sql`select 1`.execute(store.db);
        return null;
      },
    },
  ];
}
