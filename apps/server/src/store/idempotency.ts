import { createHash } from "node:crypto";
import { Fault } from "@oxbow/contract";
import type { World } from "../world.ts";
import type { SecretBox } from "./secret-box.ts";
import type { OpenStore, Tx } from "./store.ts";

const KEPT_MS = 24 * 3_600_000;
/** A request that has not ended by then was cut off by a crash: its key may be claimed again. */
const RUNS_AT_MOST_MS = 60_000;
/** Old rows removed with each new one: more than come, so that none pile up. */
const SWEEP_ROWS = 10;
/** In `status`, while the first request runs. */
const RUNNING = 0;

export type Claim =
  /** The first time: do it, then `finish` or `release`. */
  | { readonly do: "run" }
  /** Done already: answer this. */
  | { readonly do: "replay"; readonly status: number; readonly response: string };

/** Makes a repeated `POST` answer like the first one, for 24 hours (Idempotency-Key). */
export interface Idempotency {
  /**
   * `scope` is the route with the caller's API key, `request` the body's text.
   * Fault `idempotency_conflict` when the key came with another request, `conflict` while the first
   * one runs.
   */
  claim(scope: string, key: string, request: string): Promise<Claim>;
  /** Keeps the answer, sealed: it may tell a secret that is told once. */
  finish(scope: string, key: string, status: number, response: string): Promise<void>;
  /** Forgets the claim of a request that did nothing: it may be tried again. */
  release(scope: string, key: string): Promise<void>;
}

export function idempotency(store: OpenStore, world: World, box: SecretBox): Idempotency {
  return {
    claim: (scope, key, request) => claim(store, world, box, rowKey(scope, key), request),
    async finish(scope, key, status, response) {
      await store.commit(async (tx) => {
        await tx
          .updateTable("idempotency")
          .set({ status, response: box.seal(response) })
          .where("key", "=", rowKey(scope, key))
          .execute();
        await removeOld(tx, world.now() - KEPT_MS);
        return { value: undefined, events: [] };
      });
    },
    async release(scope, key) {
      await store.commit(async (tx) => {
        await tx
          .deleteFrom("idempotency")
          .where("key", "=", rowKey(scope, key))
          .where("status", "=", RUNNING)
          .execute();
        return { value: undefined, events: [] };
      });
    },
  };
}

function claim(
  store: OpenStore,
  world: World,
  box: SecretBox,
  key: string,
  request: string,
): Promise<Claim> {
  const now = world.now();
  const hash = createHash("sha256").update(request).digest("hex");
  return store.commit<Claim>(async (tx) => {
    await tx
      .deleteFrom("idempotency")
      .where("key", "=", key)
      .where((row) =>
        row.or([
          row("created_at", "<", now - KEPT_MS),
          row.and([row("status", "=", RUNNING), row("created_at", "<", now - RUNS_AT_MOST_MS)]),
        ]),
      )
      .execute();
    const { numInsertedOrUpdatedRows } = await tx
      .insertInto("idempotency")
      .values({ key, request_hash: hash, status: RUNNING, response: "", created_at: now })
      .onConflict((conflict) => conflict.column("key").doNothing())
      .executeTakeFirst();
    if (numInsertedOrUpdatedRows === 1n) return { value: { do: "run" }, events: [] };
    const first = await tx
      .selectFrom("idempotency")
      .selectAll()
      .where("key", "=", key)
      .executeTakeFirstOrThrow();
    if (first.request_hash !== hash) {
      throw new Fault("idempotency_conflict", "The idempotency key was used for another request");
    }
    if (first.status === RUNNING) {
      throw new Fault("conflict", "The first request with this idempotency key still runs");
    }
    return {
      value: { do: "replay", status: first.status, response: box.open(first.response) },
      events: [],
    };
  });
}

async function removeOld(tx: Tx, before: number): Promise<void> {
  const old = tx
    .selectFrom("idempotency")
    .select("key")
    .where("created_at", "<", before)
    .limit(SWEEP_ROWS);
  await tx.deleteFrom("idempotency").where("key", "in", old).execute();
}

const rowKey = (scope: string, key: string): string => `${scope} ${key}`;
