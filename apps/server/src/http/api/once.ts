import { Fault } from "@oxbow/contract";
import type { World } from "../../world.ts";
import type { Claim, IdempotencyPort } from "./ports.ts";

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
  const scope = `${identity.caller} ${identity.operation}`;
  const claim = await claimed(scope, identity, port);
  if (claim.do === "replay") return { status: claim.status, body: claim.response, replayed: true };
  return { ...(await workAndKeep(scope, identity.key, work, port, world)), replayed: false };
}

async function claimed(scope: string, identity: Identity, port: IdempotencyPort): Promise<Claim> {
  try {
    return await port.claim(scope, identity.key, JSON.stringify([identity.params, identity.body]));
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    // The first request may take a moment more: whoever lost its answer comes back for it.
    const details = error.code === "conflict" ? { retryAfter: 1 } : {};
    throw new Fault(error.code, error.message, { field: "Idempotency-Key", details, cause: error });
  }
}

async function workAndKeep(
  scope: string,
  key: string,
  work: () => Promise<Answer>,
  port: IdempotencyPort,
  world: World,
): Promise<Answer> {
  let answer: Answer;
  try {
    answer = await work();
  } catch (error) {
    await port.release(scope, key);
    throw error;
  }
  try {
    await port.finish(scope, key, answer.status, answer.body);
  } catch (error) {
    // The thing is made: an error now would make the caller believe that it is not.
    world.log.error({ err: error }, "the answer for an idempotency key was not kept");
  }
  return answer;
}
