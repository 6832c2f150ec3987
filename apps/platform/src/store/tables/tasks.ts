import type { Generated } from "kysely";

export interface TaskTable {
  tasks: {
    id: string;
    kind: string;
    /** One unfinished task of a kind and key at a time; null: any number. */
    key: string | null;
    /** JSON. */
    payload: string;
    /** When it is to run, next. */
    at: number;
    attempt: Generated<number>;
    last_error: string | null;
    /** Until when a program has taken it; null: nobody has. */
    leased_until: Generated<number | null>;
  };
}
