import type { Client } from "@oxbow/sdk";
import { SiteFault, type ToldSetting } from "@oxbow/site-contract";
import { audit } from "../accounts/index.ts";
import type { Caller } from "../calls/index.ts";
import { type Inbox, mediaFault } from "../media/index.ts";
import type { Store, Tx } from "../store/index.ts";
import type { World } from "../world.ts";
import type { Certificates } from "./certificates.ts";

/** What the operator's operations work with. */
export type OperatorParts = {
  readonly store: Store;
  readonly world: World;
  readonly client: Client;
  /** It is opened after what answers calls. */
  readonly inbox: () => Pick<Inbox, "state" | "poisoned" | "retryPoisoned" | "rotateSecret">;
  readonly certificates: Certificates;
  /** The media server's job of a wish for a file; null where there is none. */
  readonly jobOfWish: (wish: string) => Promise<string | null>;
  /** The platform's, without secrets. */
  readonly told: readonly ToldSetting[];
  readonly mailWorks: boolean;
  /** Where alerts are posted; unset: nowhere. */
  readonly webhookUrl: string | undefined;
  /** What browsers call the site. */
  readonly siteUrl: () => string;
};

/** What the media server answers; what it refuses is told as the site tells it. */
export async function asked<T>(work: () => PromiseLike<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw mediaFault(error);
  }
}

type Operator = NonNullable<Caller["person"]>;

export function operatorIn({ person }: Caller): Operator {
  if (person?.role === "operator") return person;
  throw new SiteFault("forbidden", "This is for operators");
}

/** What an operator did, for the audit trail. */
export type OperatorAct = {
  readonly caller: Caller;
  /** `sink.enabled`. */
  readonly action: string;
  readonly about: string;
  readonly detail?: Readonly<Record<string, unknown>>;
};

export function noteActIn(tx: Tx, world: World, act: OperatorAct): Promise<void> {
  const { caller, action, about, detail = {} } = act;
  const person = operatorIn(caller);
  return audit(tx, world, { person, action, about, detail, address: caller.address });
}

/** The same in a transaction of its own, for acts that change nothing here. */
export function noteAct(
  { store, world }: Pick<OperatorParts, "store" | "world">,
  act: OperatorAct,
): Promise<void> {
  return store.commit((tx) => noteActIn(tx, world, act));
}
