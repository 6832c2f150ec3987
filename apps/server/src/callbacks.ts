import { callbackSecret } from "./data-secrets.ts";
import type { Settings } from "./settings.ts";
import type { PublishPermit } from "./streams/index.ts";
import { DecisionCallback } from "./viewers/index.ts";
import type { World } from "./world.ts";

/** Asks the operator's program at `url`, where there is one. */
export async function decisionCallback(
  { data, callbackSecret: set, callbackFailOpen }: Settings,
  url: string | undefined,
  world: World,
  stack: AsyncDisposableStack,
): Promise<DecisionCallback | undefined> {
  if (url === undefined) return undefined;
  const secret = await callbackSecret(data, set);
  const failOpen = callbackFailOpen === "on";
  return stack.use(new DecisionCallback({ url, secret, failOpen }, world));
}

/** Asks whether an encoder with a good key may publish: each time, since that is rare. */
export async function publishPermit(
  settings: Settings,
  world: World,
  stack: AsyncDisposableStack,
): Promise<PublishPermit | undefined> {
  const callback = await decisionCallback(settings, settings.onPublishUrl, world, stack);
  return (
    callback &&
    (async ({ id, name }, { protocol, address, encoder }) => {
      const stream = { id, name };
      const about = { stream, asset: null, protocol, address, userAgent: encoder, claims: null };
      const { refusal } = await callback.ask({ action: "publish", ...about });
      return refusal && { code: "refused_by_callback", message: refusal.message };
    })
  );
}
