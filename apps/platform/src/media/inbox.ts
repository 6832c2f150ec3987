import type { Client, Event } from "@oxbow/sdk";
import type { Store, Tx } from "../store/index.ts";
import type { World } from "../world.ts";
import type { EventProjections } from "./event-projection.ts";

/** What a webhook is answered. */
export type Receipt = { readonly status: 204 | 400 | 401 | 500 | 503 };

/** Where the platform stands with the media server's events, for the operator. */
export type InboxState = {
  /** Whether all that the media server has told so far is known, as far as the platform could see. */
  readonly caughtUp: boolean;
  /** When the newest event came, Unix milliseconds; null before the first. */
  readonly lastEventAt: number | null;
  /** Milliseconds from what happened to when it was known, of the newest event. */
  readonly lagMs: number | null;
  /** The log is read without a hole up to this sequence. */
  readonly cursor: number;
  /** Since the start of this process. */
  readonly counts: {
    readonly webhook: number;
    readonly reconciliation: number;
    readonly repeated: number;
    readonly older: number;
    readonly refused: number;
  };
  /** The last attempt to reach the media server, where it failed. */
  readonly trouble: string | null;
  readonly sink: { readonly id: string; readonly url: string } | null;
};

/** An event that could not be applied and is set aside. */
export type PoisonedEvent = {
  readonly id: string;
  readonly sequence: number;
  readonly type: string;
  readonly stream: string | null;
  /** Unix milliseconds. */
  readonly time: number;
  readonly attempts: number;
  readonly error: string;
  /** Names of the projections that could not apply it. */
  readonly failing: readonly string[];
};

export type InboxOptions = {
  readonly store: Store;
  readonly world: World;
  readonly client: Client;
  readonly projections: EventProjections;
  /** Whether events are to be expected: something is on air, or an export runs. */
  readonly expecting?: () => Promise<boolean>;
  /** Asks once for the state of things, where events are gone that nobody will tell again. */
  readonly resync?: readonly (() => Promise<void>)[];
  /** Told of an event that is set aside, in the transaction that does so. */
  readonly onPoisoned?: (tx: Tx, event: Event, poisoned: PoisonedEvent) => Promise<void>;
  /**
   * Told when the clocks of the media server and of this site are so far apart that its webhooks are
   * refused, with the seconds (positive: this clock is ahead); and, with 0, when they are accepted again.
   */
  readonly onClocks?: (tx: Tx, secondsApart: number) => Promise<void>;
  /** How often the log is read, milliseconds; five minutes unless told. */
  readonly everyMs?: number;
  /** The silence after which it is read where events are expected; a minute unless told. */
  readonly silenceMs?: number;
  /** How often it is looked whether one of them is due. */
  readonly lookMs?: number;
};

/** Everything that the media server tells comes in here, by webhook and by its log, once. */
export interface Inbox extends AsyncDisposable {
  /**
   * Registers the webhook and reads what was missed, then watches on. Resolves when that is done or
   * the media server is away: it goes on trying.
   */
  start(hookUrl: string): Promise<void>;
  /** Takes the body as it came. */
  receive(
    body: Uint8Array,
    headers: Readonly<Record<string, string | readonly string[] | undefined>>,
  ): Promise<Receipt>;
  /** Reads the log from where it is known without a hole. Throws where the media server is away. */
  reconcile(): Promise<void>;
  /** A new secret for the webhooks; the old one holds for as long as the media server signs with it. */
  rotateSecret(): Promise<void>;
  state(): InboxState;
  /** The newest first, 100 at most. */
  poisoned(): Promise<readonly PoisonedEvent[]>;
  /** Applies an event that was set aside; false where there is no such one. Throws what its projection throws. */
  retryPoisoned(id: string): Promise<boolean>;
}
