import type { Generated } from "kysely";

export interface UpdateTable {
  updates: {
    id: Generated<number>;
    topic: string;
    type: string;
    /** JSON. */
    data: string;
    at: number;
  };
}
