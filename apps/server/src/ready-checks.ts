import { access, constants } from "node:fs/promises";
import { hasRenditions } from "@oxbow/contract";
import { sql } from "kysely";
import type { Archive } from "./archive/index.ts";
import type { ReadyCheck } from "./http/index.ts";
import type { Store } from "./store/index.ts";
import type { Streams } from "./streams/index.ts";
import type { Transcoders } from "./transcode/index.ts";

export type CheckedParts = {
  readonly store: Store;
  readonly archive: Archive;
  readonly streams: Pick<Streams, "list">;
  readonly transcoders: Pick<Transcoders, "encoders">;
  readonly data: string;
};

/** What `/readyz` looks at: disk, database, and the transcoder where streams want one. */
export function readyChecks(parts: CheckedParts): readonly ReadyCheck[] {
  const { store, archive, streams, transcoders, data } = parts;
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
    {
      name: "transcoder",
      // Streams play and are recorded at the source's quality without it.
      dispensable: true,
      check: async () => {
        if (!streams.list().some(({ stream }) => hasRenditions(stream.policy.ladder))) return null;
        const encoders = await transcoders.encoders();
        if (encoders.some(({ works }) => works)) return null;
        return "no encoder works: streams are offered at the source's quality alone";
      },
    },
  ];
}
