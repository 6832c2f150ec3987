import { type Session, SiteFault } from "@oxbow/site-contract";
import { hashPassword } from "better-auth/crypto";
import type { Caller, Cookies, HandlersOf } from "../calls/index.ts";
import { tellSessionChanged } from "../updates/index.ts";
import { countAttempt, forgiveAttempts, signInAllowances } from "./attempts.ts";
import { audit } from "./audit.ts";
import { linkExpiry, takeLink } from "./links.ts";
import { insertPerson } from "./new-person.ts";
import type { Parts } from "./parts.ts";
import { activePerson, personOf } from "./people.ts";
import { hasOperator, signUpPolicy } from "./site-values.ts";

type Names =
  | "accounts.session"
  | "accounts.checkSetup"
  | "accounts.setup"
  | "accounts.signIn"
  | "accounts.signOut";

/** Who looks, and what the way in is. */
export async function sessionFor(
  { store, mail }: Pick<Parts, "store" | "mail">,
  caller: Caller,
): Promise<Session> {
  const person = caller.person && (await activePerson(store.db, caller.person.id));
  return {
    person: person ?? null,
    signUp: await signUpPolicy(store.db),
    needsSetup: !(await hasOperator(store.db)),
    mail,
  };
}

/** Signs in, and answers the session that the browser has from now on. Suspended people are told so. */
export async function signInAs(
  parts: Parts,
  given: { readonly email: string; readonly password: string },
  cookies: Cookies,
  address: string,
): Promise<Session> {
  const lines: string[] = [];
  const noted = { headers: cookies.headers, set: (line: string) => void lines.push(line) };
  const id = await parts.authentication.signIn(given, noted, address);
  const { store, world } = parts;
  const person = await personOf(store.db, id);
  if ((await activePerson(store.db, id)) === undefined || person === undefined) {
    await store.commit((tx) => tx.deleteFrom("sessions").where("person", "=", id).execute());
    throw new SiteFault("forbidden", "This account is suspended", { reason: "suspended" });
  }
  await store.commit((tx) =>
    audit(tx, world, { person, action: "person.signed_in", about: id, address }),
  );
  for (const line of lines) cookies.set(line);
  return sessionFor(parts, { person, address });
}

export function sessionHandlers(parts: Parts): Pick<HandlersOf<"accounts">, Names> {
  const { store, world, authentication } = parts;
  return {
    "accounts.session": ({ caller }) => sessionFor(parts, caller),

    async "accounts.checkSetup"({ body }) {
      const expiry = await linkExpiry(store.db, world, "setup", body.token);
      if (expiry === undefined) throw linkOver();
      return { expiresAt: new Date(expiry).toISOString() };
    },

    async "accounts.setup"({ body, caller, cookies }) {
      if ((await linkExpiry(store.db, world, "setup", body.token)) === undefined) throw linkOver();
      const passwordHash = await hashPassword(body.password);
      await store.commit(async (tx) => {
        if ((await takeLink(tx, world, "setup", body.token)) === undefined) throw linkOver();
        if (await hasOperator(tx)) throw linkOver();
        const person = await insertPerson(tx, world, {
          ...body,
          role: "operator",
          passwordHash,
          verified: false,
        });
        if (person === undefined) throw emailTaken();
        await audit(tx, world, {
          person,
          action: "site.set_up",
          about: person.id,
          address: caller.address,
        });
        await parts.settingUp(tx);
      });
      return signInAs(parts, body, cookies, caller.address);
    },

    async "accounts.signIn"({ body, caller, cookies }) {
      const allowances = signInAllowances(body.email, caller.address);
      await countAttempt(store, world, allowances);
      const session = await signInAs(parts, body, cookies, caller.address);
      await forgiveAttempts(store, allowances);
      return session;
    },

    async "accounts.signOut"({ caller, cookies }) {
      await authentication.signOut(cookies);
      const { person } = caller;
      if (person !== null) await store.commit((tx) => tellSessionChanged(tx, world, person.id));
      return sessionFor(parts, { person: null, address: caller.address });
    },
  };
}

export function emailTaken(): SiteFault {
  return new SiteFault("conflict", "There is an account with this e-mail address", {
    reason: "email_taken",
    field: "email",
  });
}

export function linkOver(): SiteFault {
  return new SiteFault("gone", "This link is over, or was used", { reason: "link_over" });
}
