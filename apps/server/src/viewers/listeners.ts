import { Fault } from "@oxbow/contract";
import type { ListenerGate } from "./gate.ts";
import type { Viewing, ViewRequest } from "./ports.ts";
import type { ViewerTable } from "./viewer-table.ts";

export type ListenerLimits = {
  readonly listeners: number;
  /** Of one stream. */
  readonly ofStream: number;
  readonly fromAddress: number;
};

/** Ids that players make for themselves. */
const SESSION = /^[\w.~-]{1,64}$/;

/** Counts those who listen to the viewer signal, and lets no more in than may. */
export class Listeners implements ListenerGate {
  readonly #table: Pick<ViewerTable, "listening" | "silent">;
  readonly #limits: ListenerLimits;
  readonly #counts = new Map<string, number>();
  #all = 0;

  constructor(table: Pick<ViewerTable, "listening" | "silent">, limits: ListenerLimits) {
    this.#table = table;
    this.#limits = limits;
  }

  /** The Fault `viewer_limit` where as many listen as may. */
  admit(stream: string, key: string, { address, query }: ViewRequest): Viewing | Fault {
    const { listeners, ofStream, fromAddress } = this.#limits;
    const [here, there] = [`s${stream}`, `a${address}`];
    const full =
      this.#all >= listeners || this.#count(here) >= ofStream || this.#count(there) >= fromAddress;
    if (full) return new Fault("viewer_limit", "As many listen as may: come back later");
    const given = query.get("session");
    const session = given !== null && SESSION.test(given) ? given : undefined;
    let listens = false;
    const change = (by: 1 | -1): void => {
      this.#all += by;
      this.#add(here, by);
      this.#add(there, by);
    };
    return {
      served: () => {},
      joined: () => {
        listens = true;
        change(1);
        if (session !== undefined) this.#table.listening(key, session);
      },
      left: () => {
        if (!listens) return;
        listens = false;
        change(-1);
        if (session !== undefined) this.#table.silent(key, session);
      },
    };
  }

  #count(of: string): number {
    return this.#counts.get(of) ?? 0;
  }

  #add(to: string, by: 1 | -1): void {
    const count = this.#count(to) + by;
    if (count > 0) this.#counts.set(to, count);
    else this.#counts.delete(to);
  }
}
