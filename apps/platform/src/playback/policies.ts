import { type Client, OxbowError } from "@oxbow/sdk";
import { z } from "zod";
import type { Store, Tx } from "../store/index.ts";
import { scheduleTask } from "../tasks/index.ts";
import type { World } from "../world.ts";
import type { PolicyFacts, PolicySubject } from "./policy-facts.ts";

/** Kind of the task that tells the media server who may watch. */
export const POLICY_TASK = "playback.policy";
/** How long a subject stays signed for somebody who is about to make it private, and never does. */
const HELD_MS = 60_000;
/** The same, once something private is there. */
const SETTLED_MS = 5_000;

type Policy = "public" | "signed";

export type PolicyParts = {
  readonly client: Pick<Client, "streams" | "assets">;
  readonly store: Store;
  readonly world: World;
  readonly facts: PolicyFacts;
  /** In the transaction that notes a change: pages that play of it need other addresses. */
  readonly changed?: (tx: Tx, subject: PolicySubject, policy: Policy) => Promise<void>;
};

const Payload = z.union([z.object({ stream: z.string() }), z.object({ asset: z.string() })]);

/**
 * Wishes, in the transaction that changed what is private, that the media server's policy follows.
 * It may be wished for often: only the last one counts, and it looks at what is true by then.
 */
export async function schedulePolicy(tx: Tx, world: World, subject: PolicySubject): Promise<void> {
  await scheduleTask(tx, world, {
    kind: POLICY_TASK,
    key: idOf(subject),
    payload: subject,
    at: world.now(),
  });
}

/**
 * Policies of streams and assets on the media server. For each, one change runs at a time, so that
 * what was read before somebody made something private is never told after it.
 */
export class Policies {
  readonly #parts: PolicyParts;
  readonly #turns = new Map<string, Promise<unknown>>();

  constructor(parts: PolicyParts) {
    this.#parts = parts;
  }

  /**
   * Makes a stream or an asset signed, and resolves when the media server has done it. To be awaited BEFORE the transaction that makes something of it private,
   * or plans it; that transaction then calls `schedulePolicy`. Should it never come, the policy goes
   * back a minute later. Throws OxbowError where the media server is away: nothing is private then.
   */
  async ensureSigned(subject: PolicySubject): Promise<void> {
    await this.#inTurn(subject, async () => {
      const { store, world } = this.#parts;
      const held = world.now() + HELD_MS;
      const before = await this.#noted(idOf(subject));
      await store.commit(async (tx) => {
        await note(tx, subject, "signed", held);
        // Whether or not what is about to be done is done, the policy is looked at again.
        await this.#lookAgain(tx, subject, held);
        if (before !== "signed") await this.#parts.changed?.(tx, subject, "signed");
      });
      await this.#tell(subject, "signed");
    });
  }

  /** The task: brings the media server's policy to what the facts are. */
  async follow(payload: unknown): Promise<void> {
    const subject = Payload.parse(payload);
    await this.#inTurn(subject, async () => {
      const { store } = this.#parts;
      const { policy, heldUntil } = await this.#wanted(subject);
      const before = await this.#noted(idOf(subject));
      if (policy === "signed") await store.commit((tx) => note(tx, subject, policy, heldUntil));
      await this.#tell(subject, policy);
      await store.commit(async (tx) => {
        await note(tx, subject, policy, heldUntil);
        if (heldUntil > this.#parts.world.now()) await this.#lookAgain(tx, subject, heldUntil);
        if (before !== policy) await this.#parts.changed?.(tx, subject, policy);
      });
    });
  }

  /**
   * Whether its addresses need a token. True from before the media server asks for one until after
   * it no longer does; also where it can't be asked.
   */
  async needsToken(subject: PolicySubject): Promise<boolean> {
    const known = await this.#noted(idOf(subject));
    if (known !== undefined) return known === "signed";
    const { client, store, world } = this.#parts;
    try {
      const { playback } =
        "stream" in subject
          ? await client.streams.get(subject.stream)
          : await client.assets.get(subject.asset);
      const { policy = "public" } = playback;
      await store.commit((tx) =>
        tx
          .insertInto("playback_policies")
          .values({ subject: idOf(subject), policy, held_until: 0 })
          .onConflict((on) => on.doNothing())
          .execute(),
      );
      return policy === "signed";
    } catch (err) {
      world.log.warn({ err, subject }, "policy could not be looked at");
      return true;
    }
  }

  async #lookAgain(tx: Tx, subject: PolicySubject, at: number): Promise<void> {
    const key = `${idOf(subject)}.held`;
    const wish = { kind: POLICY_TASK, key, payload: subject, at };
    await scheduleTask(tx, this.#parts.world, wish);
  }

  /** What it is to be, and until when somebody holds it who is about to make it private. */
  async #wanted(subject: PolicySubject): Promise<{ policy: Policy; heldUntil: number }> {
    const { store, world, facts } = this.#parts;
    const row = await store.db
      .selectFrom("playback_policies")
      .select("held_until")
      .where("subject", "=", idOf(subject))
      .executeTakeFirst();
    const isPrivate =
      "stream" in subject
        ? await facts.isStreamPrivate(subject.stream)
        : await facts.isAssetPrivate(subject.asset);
    const held = row?.held_until ?? 0;
    // What was to come has come: only another one, that began in this moment, may still need it.
    const heldUntil = isPrivate ? Math.min(held, world.now() + SETTLED_MS) : held;
    return { policy: isPrivate || heldUntil > world.now() ? "signed" : "public", heldUntil };
  }

  async #noted(subject: string): Promise<Policy | undefined> {
    const row = await this.#parts.store.db
      .selectFrom("playback_policies")
      .select("policy")
      .where("subject", "=", subject)
      .executeTakeFirst();
    return row?.policy;
  }

  /** What is gone needs no policy. */
  async #tell(subject: PolicySubject, policy: Policy): Promise<void> {
    const { streams, assets } = this.#parts.client;
    try {
      if ("asset" in subject) {
        await assets.update(subject.asset, { playback: { policy } });
        return;
      }
      const { playback } = await streams.get(subject.stream);
      if (playback.policy === policy) return;
      const { maxViewers = null } = playback;
      await streams.update(subject.stream, { playback: { policy, maxViewers } });
    } catch (error) {
      if (!(error instanceof OxbowError && error.status === 404)) throw error;
    }
  }

  async #inTurn<T>(subject: PolicySubject, work: () => Promise<T>): Promise<T> {
    const id = idOf(subject);
    const turn = (this.#turns.get(id) ?? Promise.resolve()).catch(() => undefined).then(work);
    this.#turns.set(id, turn);
    try {
      return await turn;
    } finally {
      if (this.#turns.get(id) === turn) this.#turns.delete(id);
    }
  }
}

const idOf = (subject: PolicySubject): string =>
  "stream" in subject ? subject.stream : subject.asset;

async function note(
  tx: Tx,
  subject: PolicySubject,
  policy: Policy,
  heldUntil: number,
): Promise<void> {
  const row = { policy, held_until: heldUntil };
  await tx
    .insertInto("playback_policies")
    .values({ subject: idOf(subject), ...row })
    .onConflict((on) => on.column("subject").doUpdateSet(row))
    .execute();
}
