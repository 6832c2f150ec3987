import assert from "node:assert/strict";
import { operatorOf, PASSWORD, siteTest, Visitor } from "./site-for-tests.ts";

const SMTP = { smtpUrl: "smtp://127.0.0.1:1" };
const vera = { name: "Vera", email: "vera@site.test", password: PASSWORD, language: "pt-BR" };
const tokenIn = (text = ""): string =>
  /\/(?:confirm|confirm\/email|new-password)\/([\w-]{20,})/.exec(text)?.[1] ?? "";

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

siteTest(
  "an operator removes somebody else's account, and its own by its own page",
  async (site) => {
    const operator = await operatorOf(site);
    const visitor = new Visitor(site);
    await visitor.ask("accounts.signUp", vera);
    const { person } = (await visitor.ask("accounts.session")).body;
    const self = (await operator.ask("accounts.session")).body.person.id;
    const removed = (id: string, by = operator) =>
      by.ask("accounts.removePerson", undefined, { person: id });
    assert.equal((await removed(self, visitor)).status, 403);
    assert.equal((await removed(self)).body.code, "own_account");
    assert.equal((await removed(person.id)).status, 204);
    assert.equal((await removed(person.id)).status, 404);
    assert.equal((await visitor.ask("accounts.session")).body.person, null);
    assert.equal((await visitor.signIn(vera.email)).status, 403);
    const [last] = (await operator.ask("accounts.audit")).body.items;
    assert.deepEqual(
      [last.action, last.person.name, last.about, last.detail],
      ["person.removed", "Olga", person.id, { name: "Vera" }],
    );
  },
);

siteTest(
  "where letters go out, another e-mail address counts when its owner has said so",
  async (site) => {
    const olga = await operatorOf(site);
    const email = "nova@site.test";
    const asked = { email, password: PASSWORD };
    const guess = await olga.ask("accounts.changeEmail", { ...asked, password: "a guess" });
    assert.equal(guess.body.code, "wrong_password");
    const first = await olga.ask("accounts.changeEmail", { ...asked, email: "typo@site.test" });
    const { next, person } = (await olga.ask("accounts.changeEmail", asked)).body;
    assert.deepEqual(
      [first.body.next, next, person.email],
      ["confirm", "confirm", "olga@site.test"],
    );
    assert.equal((await olga.ask("accounts.waitingEmail")).body.email, email);
    const letters = await site.letters();
    const letterTo = (to: string, subject: string) =>
      letters.find((one) => one.to === to && one.subject === subject);
    const typo = letterTo("typo@site.test", "Confirm your e-mail address");
    const confirm = letterTo(email, "Confirm your e-mail address");
    const notice = letterTo("olga@site.test", "Your e-mail address is to be changed");
    assert.match(notice?.text ?? "", /change your password at once/);
    assert.equal(tokenIn(notice?.text), "");

    // Of the two links the later one counts; it is opened in a browser that nobody is signed in with.
    const elsewhere = new Visitor(site);
    const over = await elsewhere.ask("accounts.confirmEmail", { token: tokenIn(typo?.text) });
    assert.deepEqual([over.status, over.body.code], [410, "link_over"]);
    await elsewhere.ask("accounts.forgotPassword", { email: "olga@site.test" });
    const token = tokenIn(confirm?.text);
    assert.deepEqual((await elsewhere.ask("accounts.confirmEmail", { token })).body, { email });
    assert.equal((await elsewhere.ask("accounts.confirmEmail", { token })).status, 410);
    assert.equal((await olga.ask("accounts.session")).body.person.email, email);
    assert.deepEqual((await olga.ask("accounts.waitingEmail")).body, {
      email: null,
      expiresAt: null,
    });
    assert.equal((await elsewhere.signIn("olga@site.test")).status, 403);
    assert.equal((await elsewhere.signIn(email)).status, 200);

    // What lies in the old mailbox opens nothing any more.
    const now = await site.letters();
    const renewal = now.find(({ subject }) => subject === "Choose a new password");
    const stolen = { token: tokenIn(renewal?.text), password: "another long password" };
    assert.equal((await elsewhere.ask("accounts.newPassword", stolen)).body.code, "link_over");
    const changed = now.find(({ subject }) => subject === "Your e-mail address was changed");
    assert.equal(changed?.to, "olga@site.test");
    const trail = (await olga.ask("accounts.audit")).body.items;
    assert.deepEqual(
      trail
        .slice(1, 4)
        .map(({ action, detail }: { action: string; detail: object }) => [action, detail]),
      [
        ["person.email_changed", { by: "letter" }],
        ["person.email_asked", {}],
        ["person.email_asked", {}],
      ],
    );
  },
  SMTP,
);

siteTest(
  "an address that waits is given up by a word, by another password, and to who was quicker",
  async (site) => {
    const olga = await operatorOf(site);
    const ask = async (email: string): Promise<string> => {
      await olga.ask("accounts.changeEmail", { email, password: PASSWORD });
      return tokenIn((await site.letters()).findLast(({ to }) => to === email)?.text);
    };
    const confirm = async (token: string) =>
      (await new Visitor(site).ask("accounts.confirmEmail", { token })).body.code;

    const kept = await ask("kept@site.test");
    assert.equal((await olga.ask("accounts.keepEmail")).status, 204);
    assert.equal(await confirm(kept), "link_over");

    const quick = await ask(vera.email);
    const { url } = (await olga.ask("accounts.invite", { role: "viewer" })).body;
    const invitation = new URL(url).pathname.split("/").at(-1);
    await new Visitor(site).ask("accounts.signUp", { ...vera, invitation });
    assert.equal(await confirm(quick), "email_taken");

    // Nobody learns by asking that an address has an account; its owner does.
    const used = await olga.ask("accounts.changeEmail", { email: vera.email, password: PASSWORD });
    assert.deepEqual([used.status, used.body.next], [200, "confirm"]);
    const told = (await site.letters()).findLast(({ to }) => to === vera.email);
    assert.deepEqual(
      [told?.subject, tokenIn(told?.text)],
      ["Seu endereço de e-mail já tem uma conta", ""],
    );

    const stopped = await ask("stopped@site.test");
    const newPassword = "another long password";
    await olga.ask("accounts.changePassword", { password: PASSWORD, newPassword });
    assert.equal(await confirm(stopped), "link_over");
    assert.equal((await olga.ask("accounts.session")).body.person.email, "olga@site.test");
  },
  SMTP,
);

siteTest("where none go out, another e-mail address counts at once", async (site) => {
  const olga = await operatorOf(site);
  const asked = { email: "nova@site.test", password: PASSWORD };
  const { next, person } = (await olga.ask("accounts.changeEmail", asked)).body;
  assert.deepEqual([next, person.email, await site.letters()], ["changed", "nova@site.test", []]);
  const [last] = (await olga.ask("accounts.audit")).body.items;
  assert.deepEqual([last.action, last.detail], ["person.email_changed", { by: "password" }]);
});
