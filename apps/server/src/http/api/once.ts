import { createHash } from "node:crypto";
import { Fault } from "@oxbow/contract";
import type { World } from "../../world.ts";
import type { IdempotencyPort } from "./ports.ts";

/** An answer, ready to be sent or kept. */
export type Answer = { readonly status: number; readonly body: string };

/** What makes two requests the same one. */
export type Identity = {
  readonly caller: string;
  readonly operation: string;
  /** The `Idempotency-Key` header. */
  readonly key: string;
  readonly params: unknown;
  readonly body: unknown;
};

/**
 * Does `work` once for each idempotency key of a caller, and tells its answer again to whoever sends
 * the same request. A request that fails has made nothing, so its key is free again.
 */
export async function once(
  identity: Identity,
  work: () => Promise<Answer>,
  port: IdempotencyPort,
  world: World,
): Promise<Answer & { readonly replayed: boolean }> {
  if (!/^[\x21-\x7e]{1,200}$/.test(identity.key)) {
    throw new Fault("invalid_request", "Idempotency-Key: give 1 to 200 visible ASCII characters", {
      field: "Idempotency-Key",
    });
  }
  const key = `${identity.caller} ${identity.operation} ${identity.key}`;
  const claim = await port.claim(key, hashOf(identity));
  switch (claim.state) {
    case "finished":
      return { status: claim.status, body: claim.body, replayed: true };
    case "other_request":
      throw new Fault(
        "idempotency_conflict",
        `The Idempotency-Key "${identity.key}" was used for a request with another body`,
        { field: "Idempotency-Key" },
      );
    case "running":
      throw new Fault(
        "idempotency_conflict",
        `The request with the Idempotency-Key "${identity.key}" is still being worked on`,
        { field: "Idempotency-Key", details: { retryAfter: 1 } },
      );
    case "claimed":
      return { ...(await workAndKeep(key, work, port, world)), replayed: false };
    default:
      return unreachable(claim);
  }
}

async function workAndKeep(
  key: string,
  work: () => Promise<Answer>,
  port: IdempotencyPort,
  world: World,
): Promise<Answer> {
  let answer: Answer;
  try {
    answer = await work();
  } catch (error) {
    await port.release(key);
    throw error;
  }
  try {
    await port.finish(key, answer);
  } catch (error) {
    // The thing is made: an error now would make the caller believe that it is not.
    world.log.error({ err: error }, "the answer for an idempotency key was not kept");
  }
  return answer;
}

function hashOf({ params, body }: Identity): string {
  return createHash("sha256")
    .update(JSON.stringify([params, body]))
    .digest("hex");
}

function unreachable(value: never): never {
  throw new Error(`Unreachable: ${JSON.stringify(value)}`);
}
