import assert from "node:assert/strict";
import { operatorOf, PASSWORD, siteTest, Visitor } from "./site-for-tests.ts";

const SMTP = { smtpUrl: "smtp://127.0.0.1:1" };
const vera = { name: "Vera", email: "vera@site.test", password: PASSWORD, language: "pt-BR" };
const tokenIn = (text = ""): string => /\/(?:confirm|new-password)\/([\w-]+)/.exec(text)?.[1] ?? "";

siteTest(
  "where letters go out, signing up says the same for a new address and for a known one",
  async (site) => {
    await operatorOf(site);
    const visitor = new Visitor(site);
    const fresh = await visitor.ask("accounts.signUp", vera);
    const known = await visitor.ask("accounts.signUp", { ...vera, email: "olga@site.test" });
    assert.deepEqual([fresh.status, fresh.body.next], [200, "confirm"]);
    assert.deepEqual(known, fresh);
    const [confirm, exists] = await site.letters();
    assert.deepEqual([confirm?.to, confirm?.subject], ["vera@site.test", "Confirme sua conta"]);
    assert.deepEqual(
      [exists?.to, exists?.subject],
      ["olga@site.test", "You already have an account"],
    );
    assert.equal(tokenIn(exists?.text), "");
    const refused = await visitor.signIn("vera@site.test");
    assert.equal(refused.body.code, "wrong_email_or_password");
    const token = tokenIn(confirm?.text);
    assert.equal((await visitor.ask("accounts.confirmSignUp", { token })).status, 200);
    assert.equal((await visitor.ask("accounts.confirmSignUp", { token })).status, 410);
    assert.equal((await visitor.signIn("vera@site.test")).body.person.role, "viewer");
  },
  SMTP,
);

siteTest(
  "a forgotten password is renewed by a letter, once, and signs every browser out",
  async (site) => {
    const operator = await operatorOf(site);
    const visitor = new Visitor(site);
    for (const email of ["nobody@site.test", "olga@site.test"]) {
      assert.equal((await visitor.ask("accounts.forgotPassword", { email })).status, 204);
    }
    const [letter, ...others] = await site.letters();
    assert.deepEqual([letter?.to, others], ["olga@site.test", []]);
    const token = tokenIn(letter?.text);
    const body = { token, password: "another long password" };
    assert.equal((await visitor.ask("accounts.newPassword", body)).status, 204);
    assert.equal((await visitor.ask("accounts.newPassword", body)).body.code, "link_over");
    assert.equal((await operator.ask("accounts.session")).body.person, null);
    assert.equal((await visitor.signIn("olga@site.test")).status, 403);
    assert.equal((await visitor.signIn("olga@site.test", body.password)).status, 200);
    const subjects = (await site.letters()).map(({ subject }) => subject);
    assert.ok(subjects.includes("Your password was changed"));
  },
  SMTP,
);

siteTest(
  "nobody's mailbox is filled by strangers",
  async (site) => {
    await operatorOf(site);
    const statuses = [];
    for (let n = 0; n < 6; n += 1) {
      const { status } = await new Visitor(site).ask("accounts.forgotPassword", {
        email: "olga@site.test",
      });
      statuses.push(status);
    }
    assert.deepEqual(statuses, [204, 204, 204, 204, 204, 429]);
    assert.equal((await site.letters()).length, 5);
  },
  SMTP,
);

siteTest("where none go out, an operator makes the link for a new password", async (site) => {
  const operator = await operatorOf(site);
  const visitor = new Visitor(site);
  await visitor.ask("accounts.signUp", vera);
  const person = (await visitor.ask("accounts.session")).body.person.id;
  const asked = await visitor.ask("accounts.forgotPassword", { email: vera.email });
  assert.equal(asked.body.code, "no_mail");
  assert.equal((await visitor.ask("accounts.passwordLink", undefined, { person })).status, 403);
  const made = await operator.ask("accounts.passwordLink", undefined, { person });
  const body = { token: tokenIn(made.body.url), password: "another long password" };
  assert.equal((await new Visitor(site).ask("accounts.newPassword", body)).status, 204);
  assert.equal((await visitor.ask("accounts.session")).body.person, null);
  assert.equal((await visitor.signIn(vera.email, body.password)).status, 200);
});

siteTest(
  "an account that is removed takes its sessions along, and its name stays in the trail",
  async (site) => {
    const operator = await operatorOf(site);
    const visitor = new Visitor(site);
    await visitor.ask("accounts.signUp", vera);
    const wrong = await visitor.ask("accounts.remove", { password: "a guess" });
    assert.equal(wrong.body.code, "wrong_password");
    const removed = await visitor.ask("accounts.remove", { password: PASSWORD });
    assert.deepEqual([removed.status, removed.body.person, visitor.cookies.size], [200, null, 0]);
    assert.equal((await visitor.signIn(vera.email)).status, 403);
    const [last] = (await operator.ask("accounts.audit")).body.items;
    assert.deepEqual([last.action, last.person.name], ["person.removed", "Vera"]);
  },
);
