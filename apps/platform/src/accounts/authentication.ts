import { SiteFault } from "@oxbow/site-contract";
import { APIError } from "better-auth/api";
import { betterAuth } from "better-auth/minimal";
import type { Caller, Cookies } from "../calls/index.ts";
import type { Store } from "../store/index.ts";
import type { World } from "../world.ts";
import { authRows } from "./auth-rows.ts";
import { authTables } from "./auth-tables.ts";
import { activePerson } from "./people.ts";

/** Where better-auth is told a browser's address. */
const ADDRESS = "x-oxbow-address";

export type AuthenticationOptions = {
  readonly store: Store;
  readonly world: World;
  readonly secret: string;
  /** Whether browsers come by https: then the cookie goes no other way. */
  readonly https: boolean;
};

/** Signs browsers in and out: better-auth's passwords, sessions and cookies, over our tables. */
export type Authentication = ReturnType<typeof createAuthentication>;

export function createAuthentication({ store, world, secret, https }: AuthenticationOptions) {
  const auth = betterAuth({
    // Its routes are mounted nowhere: our operations call it, and check the Origin themselves.
    baseURL: https ? "https://site.invalid" : "http://site.invalid",
    secret,
    database: authRows(store),
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: 10,
      maxPasswordLength: 128,
    },
    ...authTables,
    advanced: {
      cookiePrefix: "oxbow",
      useSecureCookies: https,
      ipAddress: { ipAddressHeaders: [ADDRESS] },
    },
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    logger: {
      level: "warn",
      log: (level, message) =>
        world.log[level === "error" ? "error" : "debug"]({ of: "sign-in" }, message),
    },
  });

  /** The session of a browser; undefined where it has none. Its cookie may be renewed by this. */
  async function sessionOf(cookies: Cookies): Promise<{ id: string; person: string } | undefined> {
    try {
      const { headers, response } = await auth.api.getSession({
        headers: cookies.headers,
        returnHeaders: true,
      });
      for (const line of headers?.getSetCookie() ?? []) cookies.set(line);
      return response === null
        ? undefined
        : { id: response.session.id, person: response.session.userId };
    } catch (error) {
      // It was ended while it was being renewed.
      if (isUnauthorized(error)) return undefined;
      throw error;
    }
  }

  return {
    sessionOf,

    /** Who sends a request. */
    async caller(cookies: Cookies, address: string): Promise<Caller> {
      const session = await sessionOf(cookies);
      const person = session && (await activePerson(store.db, session.person));
      return { person: person ?? null, address };
    },

    /**
     * Signs a browser in with a session that is new, whatever it had before. Refuses alike, and as
     * slowly, what is no account and what is another password.
     */
    async signIn(
      given: { readonly email: string; readonly password: string },
      cookies: Cookies,
      address: string,
    ): Promise<string> {
      const headers = new Headers({ [ADDRESS]: address });
      const agent = cookies.headers.get("user-agent");
      if (agent !== null) headers.set("user-agent", agent.slice(0, 300));
      try {
        const before = await sessionOf({ headers: cookies.headers, set: () => undefined });
        const answer = await auth.api.signInEmail({
          body: { ...given },
          headers,
          returnHeaders: true,
        });
        if (before !== undefined) await endSession(store, before.id);
        for (const line of answer.headers?.getSetCookie() ?? []) cookies.set(line);
        return answer.response.user.id;
      } catch (error) {
        if (!isUnauthorized(error)) throw error;
        throw new SiteFault("forbidden", "The e-mail address or the password is wrong", {
          reason: "wrong_email_or_password",
        });
      }
    },

    /** Ends the browser's session, and has it forget the cookie. */
    async signOut(cookies: Cookies): Promise<void> {
      const { headers } = await auth.api.signOut({ headers: cookies.headers, returnHeaders: true });
      for (const line of headers?.getSetCookie() ?? []) cookies.set(line);
    },
  };
}

async function endSession(store: Store, id: string): Promise<void> {
  await store.commit((tx) => tx.deleteFrom("sessions").where("id", "=", id).execute());
}

function isUnauthorized(error: unknown): boolean {
  return error instanceof APIError && error.statusCode === 401;
}
