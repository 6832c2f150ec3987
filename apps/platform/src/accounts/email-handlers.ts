import { type Person, SiteFault } from "@oxbow/site-contract";
import { z } from "zod";
import type { HandlersOf } from "../calls/index.ts";
import { sendMail } from "../mail/index.ts";
import type { Tx } from "../store/index.ts";
import { tellSessionChanged } from "../updates/index.ts";
import { countAttempt, letterAllowance } from "./attempts.ts";
import { audit } from "./audit.ts";
import { refuseWrongPassword } from "./known-password.ts";
import { letters } from "./letters.ts";
import { endLinks, linkOf, makeLink, takeLink } from "./links.ts";
import type { Parts } from "./parts.ts";
import { activePerson, foundBy, personOf, personOfRow } from "./people.ts";
import { emailTaken, linkOver } from "./session-handlers.ts";
import { signedIn } from "./signed-in.ts";

type Names =
  | "accounts.waitingEmail"
  | "accounts.changeEmail"
  | "accounts.keepEmail"
  | "accounts.confirmEmail";

const DAY_MS = 86_400_000;
const KIND = "confirm_email";

/** What a link keeps of the address that waits. */
const waiting = z.object({ email: z.string() });

/**
 * Another e-mail address, for who knows the password. Where letters go out it counts when its owner has
 * opened the link that came there, and nobody learns whether it has an account already.
 */
export function emailHandlers(parts: Parts): Pick<HandlersOf<"accounts">, Names> {
  const { store, world } = parts;
  return {
    async "accounts.waitingEmail"({ caller }) {
      const link = await linkOf(store.db, world, KIND, signedIn(caller).id);
      if (link === undefined) return { email: null, expiresAt: null };
      const { email } = waiting.parse(link.data);
      return { email, expiresAt: new Date(link.expiresAt).toISOString() };
    },

    async "accounts.changeEmail"({ body: { email, password }, caller }) {
      const { id } = signedIn(caller);
      await refuseWrongPassword(parts, id, password);
      if (parts.mail) await countAttempt(store, world, [letterAllowance(email)]);
      return store.commit(async (tx) => {
        const person = await personOf(tx, id);
        if (person === undefined) throw new SiteFault("not_signed_in", "Sign in first");
        await endLinks(tx, id, KIND);
        if (email === person.email) return { next: "changed", person };
        const asked = { email, address: caller.address };
        if (!parts.mail) {
          const changed = await change(tx, parts, person, { ...asked, by: "password" });
          return { next: "changed", person: changed };
        }
        await ask(tx, parts, person, asked);
        return { next: "confirm", person };
      });
    },

    async "accounts.keepEmail"({ caller }) {
      await store.commit((tx) => endLinks(tx, signedIn(caller).id, KIND));
      return undefined;
    },

    async "accounts.confirmEmail"({ body, caller: { address } }) {
      return store.commit(async (tx) => {
        const link = await takeLink(tx, world, KIND, body.token);
        const id = link?.person ?? undefined;
        const person = id === undefined ? undefined : await activePerson(tx, id);
        if (link === undefined || person === undefined) throw linkOver();
        const { email } = waiting.parse(link.data);
        await change(tx, parts, person, { email, address, by: "letter" });
        return { email };
      });
    },
  };
}

type Asked = {
  readonly email: string;
  /** Where the request came from. */
  readonly address: string;
};

/** Writes to the new address, and to the old one, whose owner can still say no. */
async function ask(tx: Tx, parts: Parts, person: Person, { email, address }: Asked): Promise<void> {
  const { world, siteUrl } = parts;
  const token = await makeLink(tx, world, {
    kind: KIND,
    person: person.id,
    data: { email },
    expiresAt: world.now() + DAY_MS,
  });
  const texts = letters[person.language];
  const other = await ownerOf(tx, email);
  const text =
    other === undefined
      ? texts.confirmEmail(`${siteUrl()}/confirm/email/${token}`)
      : letters[other.language].emailInUse(`${siteUrl()}/sign-in`);
  await sendMail(tx, world, { to: email, ...text });
  await sendMail(tx, world, { to: person.email, ...texts.emailAsked(email, siteUrl()) });
  const act = { action: "person.email_asked", about: person.id, address };
  await audit(tx, world, { person, ...act });
}

/** The account has the address from now on. What was sent to the old one opens nothing any more. */
async function change(
  tx: Tx,
  { world, mail, siteUrl }: Parts,
  person: Person,
  { email, address, by }: Asked & { readonly by: "letter" | "password" },
): Promise<Person> {
  const other = await ownerOf(tx, email);
  if (other !== undefined && other.id !== person.id) throw emailTaken();
  const row = await tx
    .updateTable("people")
    .set({
      email,
      email_verified: by === "letter" ? 1 : 0,
      found_by: foundBy({ name: person.name, email }),
      updated_at: new Date(world.now()).toISOString(),
    })
    .where("id", "=", person.id)
    .returningAll()
    .executeTakeFirstOrThrow();
  await endLinks(tx, person.id);
  const act = { action: "person.email_changed", about: person.id, address };
  await audit(tx, world, { person, detail: { by }, ...act });
  await tellSessionChanged(tx, world, person.id);
  if (mail) {
    const text = letters[row.language].emailChanged(email, siteUrl());
    await sendMail(tx, world, { to: person.email, ...text });
  }
  return personOfRow(row);
}

function ownerOf(tx: Tx, email: string) {
  const found = tx.selectFrom("people").select(["id", "language"]).where("email", "=", email);
  return found.executeTakeFirst();
}
