import { SiteFault } from "@oxbow/site-contract";
import { hashPassword } from "better-auth/crypto";
import type { HandlersOf } from "../calls/index.ts";
import { sendMail } from "../mail/index.ts";
import type { Tx } from "../store/index.ts";
import { tellSessionChanged } from "../updates/index.ts";
import { countAttempt, letterAllowance } from "./attempts.ts";
import { audit } from "./audit.ts";
import { refuseWrongPassword } from "./known-password.ts";
import { letters } from "./letters.ts";
import { endLinks, makeLink, takeLink } from "./links.ts";
import { setPassword } from "./new-person.ts";
import type { Parts } from "./parts.ts";
import { personOf } from "./people.ts";
import { linkOver } from "./session-handlers.ts";
import { signedIn } from "./signed-in.ts";

type Names =
  | "accounts.forgotPassword"
  | "accounts.newPassword"
  | "accounts.changePassword"
  | "accounts.passwordLink";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** New passwords: by a letter, by an operator's link, by who knows the old one. */
export function passwordHandlers(parts: Parts): Pick<HandlersOf<"accounts">, Names> {
  const { store, world, authentication, siteUrl } = parts;

  /** Other browsers are signed out: who stole a session has lost it. */
  const renew = async (
    tx: Tx,
    person: { readonly id: string; readonly name: string },
    change: { passwordHash: string; action: string; address: string; keep: string | undefined },
  ): Promise<void> => {
    await setPassword(tx, world, person.id, change.passwordHash);
    await tx
      .deleteFrom("sessions")
      .where("person", "=", person.id)
      .where("id", "<>", change.keep ?? "")
      .execute();
    await tellSessionChanged(tx, world, person.id);
    await endLinks(tx, person.id);
    const { action, address } = change;
    await audit(tx, world, { person, action, about: person.id, address });
    const found = await personOf(tx, person.id);
    if (found === undefined || !parts.mail) return;
    const text = letters[found.language].passwordChanged(siteUrl());
    await sendMail(tx, world, { to: found.email, ...text });
  };

  const link = (tx: Tx, person: string, expiresAt: number): Promise<string> =>
    makeLink(tx, world, { kind: "new_password", person, expiresAt });

  return {
    async "accounts.forgotPassword"({ body: { email } }) {
      if (!parts.mail) {
        throw new SiteFault("conflict", "This site sends no letters: ask an operator for a link", {
          reason: "no_mail",
        });
      }
      await countAttempt(store, world, [letterAllowance(email)]);
      await store.commit(async (tx) => {
        const person = await tx
          .selectFrom("people")
          .select(["id", "language"])
          .where("email", "=", email)
          .where("suspended", "=", 0)
          .executeTakeFirst();
        if (person === undefined) return;
        const token = await link(tx, person.id, world.now() + HOUR_MS);
        const text = letters[person.language].newPassword(`${siteUrl()}/new-password/${token}`);
        await sendMail(tx, world, { to: email, ...text });
      });
      return undefined;
    },

    async "accounts.newPassword"({ body, caller: { address } }) {
      const passwordHash = await hashPassword(body.password);
      await store.commit(async (tx) => {
        const { person: id } = (await takeLink(tx, world, "new_password", body.token)) ?? {};
        const person = typeof id === "string" ? await personOf(tx, id) : undefined;
        if (person === undefined) {
          throw linkOver();
        }
        const action = "person.password_renewed";
        await renew(tx, person, { passwordHash, action, address, keep: undefined });
      });
      return undefined;
    },

    async "accounts.changePassword"({ body, caller, cookies }) {
      const person = signedIn(caller);
      await refuseWrongPassword(parts, person.id, body.password);
      const passwordHash = await hashPassword(body.newPassword);
      const keep = (await authentication.sessionOf(cookies))?.id;
      const { address } = caller;
      const action = "person.password_changed";
      await store.commit((tx) => renew(tx, person, { passwordHash, action, address, keep }));
      return undefined;
    },

    async "accounts.passwordLink"({ params, caller }) {
      const expiresAt = world.now() + DAY_MS;
      const token = await store.commit(async (tx) => {
        const person = await personOf(tx, params.person);
        if (person === undefined) throw new SiteFault("not_found", "There is no such person");
        const act = { action: "person.password_link_made", about: person.id };
        await audit(tx, world, { person: signedIn(caller), address: caller.address, ...act });
        return link(tx, person.id, expiresAt);
      });
      return {
        url: `${siteUrl()}/new-password/${token}`,
        expiresAt: new Date(expiresAt).toISOString(),
      };
    },
  };
}
