import type { PageAnswer } from "@oxbow/site-contract";
import type { Caller, Cookies, HandlersOf } from "../calls/index.ts";
import { mailWorks } from "../mail/index.ts";
import type { Store, Tx } from "../store/index.ts";
import type { World } from "../world.ts";
import { auditHandlers } from "./audit-handlers.ts";
import { createAuthentication } from "./authentication.ts";
import { emailHandlers } from "./email-handlers.ts";
import { invitationHandlers } from "./invitation-handlers.ts";
import { makeLink } from "./links.ts";
import { ownAccountHandlers } from "./own-account-handlers.ts";
import { passwordHandlers } from "./password-handlers.ts";
import { peopleHandlers } from "./people-handlers.ts";
import { readSecret } from "./secret.ts";
import { sessionFor, sessionHandlers } from "./session-handlers.ts";
import { signUpHandlers } from "./sign-up-handlers.ts";
import { hasOperator } from "./site-values.ts";

/** A setup link that nobody opens dies with the next start, or after this. */
const SETUP_MS = 30 * 86_400_000;

export type AccountsOptions = {
  readonly store: Store;
  readonly world: World;
  readonly settings: {
    readonly data: string;
    readonly platformUrl?: string | undefined;
    readonly smtpUrl?: string | undefined;
  };
  /** What browsers call this site, without a slash at its end; asked for once it listens. */
  readonly siteUrl: () => string;
  /** What the site wants as soon as somebody runs it, in the transaction that makes the first operator. */
  readonly settingUp?: (tx: Tx) => Promise<void>;
};

/** People, and how they come in. */
export type Accounts = {
  readonly handlers: HandlersOf<"accounts">;
  /** Who sends a request: `createHttp` asks it. */
  readonly caller: (cookies: Cookies, address: string) => Promise<Caller>;
  /** What every page begins with: who looks at it. */
  readonly everyPage: (caller: Caller) => Promise<readonly PageAnswer[]>;
  /** While there is no operator: makes a new one-time link, and logs it. Call it once the site listens. */
  readonly announceSetup: () => Promise<void>;
};

export async function createAccounts(options: AccountsOptions): Promise<Accounts> {
  const { store, world, settings, siteUrl, settingUp = async () => undefined } = options;
  const https = settings.platformUrl?.startsWith("https:") === true;
  const secret = await readSecret(settings.data);
  const authentication = createAuthentication({ store, world, secret, https });
  const parts = {
    store,
    world,
    authentication,
    siteUrl,
    mail: mailWorks(settings),
    settingUp,
  };
  return {
    handlers: {
      ...sessionHandlers(parts),
      ...signUpHandlers(parts),
      ...passwordHandlers(parts),
      ...ownAccountHandlers(parts),
      ...emailHandlers(parts),
      ...peopleHandlers(parts),
      ...invitationHandlers(parts),
      ...auditHandlers(parts),
    },
    caller: (cookies, address) => authentication.caller(cookies, address),
    everyPage: async (caller) => [
      { id: "accounts.session", answer: await sessionFor(parts, caller) },
    ],
    async announceSetup() {
      if (await hasOperator(store.db)) return;
      const token = await store.commit(async (tx) => {
        await tx.deleteFrom("links").where("kind", "=", "setup").execute();
        return makeLink(tx, world, { kind: "setup", expiresAt: world.now() + SETUP_MS });
      });
      world.log.info({ setup: `${siteUrl()}/setup/${token}` }, "set up");
    },
  };
}
