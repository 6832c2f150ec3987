import type { BodyOf } from "@oxbow/site-contract";
import { Language, SiteFault } from "@oxbow/site-contract";
import { hashPassword } from "better-auth/crypto";
import { z } from "zod";
import type { HandlersOf } from "../calls/index.ts";
import { sendMail } from "../mail/index.ts";
import type { Tx } from "../store/index.ts";
import { countAttempt, letterAllowance } from "./attempts.ts";
import { audit } from "./audit.ts";
import { findOpenInvitation, useInvitation } from "./invitations.ts";
import { letters } from "./letters.ts";
import { makeLink, takeLink } from "./links.ts";
import { insertPerson, type NewPerson } from "./new-person.ts";
import type { Parts } from "./parts.ts";
import { emailTaken, linkOver, sessionFor, signInAs } from "./session-handlers.ts";
import { hasOperator, signUpPolicy } from "./site-values.ts";

type Names = "accounts.signUp" | "accounts.confirmSignUp" | "accounts.checkInvitation";

const DAY_MS = 86_400_000;

/** Somebody whose address is not proved yet, as their link keeps them. */
const waiting = z.object({
  name: z.string(),
  email: z.string(),
  language: Language,
  passwordHash: z.string(),
});

/**
 * Makes accounts. By an invitation at once; without one, where letters go out, by a link in a letter,
 * so that nobody learns whether an address has an account. Where none go out it can't be hidden: the
 * limit on calls is what makes it slow to ask for many.
 */
export function signUpHandlers(parts: Parts): Pick<HandlersOf<"accounts">, Names> {
  const { store, world } = parts;

  const make = async (tx: Tx, person: NewPerson, address: string, by: string) => {
    const made = await insertPerson(tx, world, person);
    if (made === undefined) throw emailTaken();
    await audit(tx, world, {
      person: made,
      action: "person.signed_up",
      about: made.id,
      detail: { role: made.role, by },
      address,
    });
    return made;
  };

  const ask = async (body: BodyOf<"accounts.signUp">, passwordHash: string): Promise<void> => {
    const { name, email, language } = body;
    await countAttempt(store, world, [letterAllowance(email)]);
    await store.commit(async (tx) => {
      const expiresAt = world.now() + DAY_MS;
      const data = { name, email, language, passwordHash };
      const token = await makeLink(tx, world, { kind: "confirm_sign_up", data, expiresAt });
      const known = await tx
        .selectFrom("people")
        .select("language")
        .where("email", "=", email)
        .executeTakeFirst();
      const text =
        known === undefined
          ? letters[language].confirmSignUp(`${parts.siteUrl()}/confirm/${token}`)
          : letters[known.language].accountExists(`${parts.siteUrl()}/sign-in`);
      await sendMail(tx, world, { to: email, ...text });
    });
  };

  return {
    async "accounts.signUp"({ body, caller, cookies }) {
      const { invitation } = body;
      await refuseSignUp(parts, invitation !== undefined);
      if (invitation !== undefined) await findOpenInvitation(store.db, world, invitation);
      const passwordHash = await hashPassword(body.password);
      if (invitation === undefined && parts.mail) {
        await ask(body, passwordHash);
        return { next: "confirm", session: await sessionFor(parts, caller) };
      }
      await store.commit(async (tx) => {
        const asked =
          invitation === undefined ? undefined : await findOpenInvitation(tx, world, invitation);
        const person = { ...body, passwordHash, verified: false, role: asked?.role ?? "viewer" };
        const by = asked?.id ?? "themselves";
        const made = await make(tx, person, caller.address, by);
        if (asked !== undefined) await useInvitation(tx, world, asked.id, made.id);
      });
      const session = await signInAs(parts, body, cookies, caller.address);
      return { next: "signed_in", session };
    },

    async "accounts.confirmSignUp"({ body, caller }) {
      await store.commit(async (tx) => {
        const link = await takeLink(tx, world, "confirm_sign_up", body.token);
        if (link === undefined) {
          throw linkOver();
        }
        const person = waiting.parse(link.data);
        await make(tx, { ...person, role: "viewer", verified: true }, caller.address, "letter");
      });
      return sessionFor(parts, caller);
    },

    async "accounts.checkInvitation"({ body }) {
      const { role, expires_at } = await findOpenInvitation(store.db, world, body.token);
      return { role, expiresAt: new Date(expires_at).toISOString() };
    },
  };
}

async function refuseSignUp({ store }: Parts, invited: boolean): Promise<void> {
  if (!(await hasOperator(store.db))) {
    throw new SiteFault("forbidden", "The site must be set up first", { reason: "needs_setup" });
  }
  const policy = await signUpPolicy(store.db);
  if (!invited && policy !== "open") {
    throw new SiteFault("forbidden", "Accounts are made by invitation", {
      reason: policy === "closed" ? "sign_up_closed" : "sign_up_by_invitation",
    });
  }
}
