import assert from "node:assert/strict";
import { operatorOf, PASSWORD, siteTest, Visitor, viewerOf } from "./site-for-tests.ts";

const olga = { name: "Olga", email: "olga@site.test", password: PASSWORD, language: "en" };

siteTest(
  "the setup link makes one operator, once, and nothing else can be done before",
  async (site) => {
    const visitor = new Visitor(site);
    const early = await visitor.ask("accounts.signUp", { ...olga, email: "early@site.test" });
    assert.deepEqual([early.status, early.body.code], [403, "needs_setup"]);
    const guess = await visitor.ask("accounts.setup", { ...olga, token: "x".repeat(43) });
    assert.deepEqual([guess.status, guess.body.code], [410, "link_over"]);
    const token = site.setupToken();
    assert.equal((await visitor.ask("accounts.checkSetup", { token })).status, 200);
    const made = await visitor.ask("accounts.setup", { ...olga, token });
    assert.equal(made.status, 200);
    const { person, needsSetup, signUp, mail } = made.body;
    assert.deepEqual([person.role, needsSetup, signUp, mail], ["operator", false, "open", false]);
    assert.equal((await visitor.ask("accounts.session")).body.person.id, person.id);
    const again = await new Visitor(site).ask("accounts.setup", { ...olga, token });
    assert.deepEqual([again.status, again.body.code], [410, "link_over"]);
    await site.announceSetup();
    assert.equal(site.setupToken(), token);
  },
);

siteTest(
  "a session is new at each sign-in, gone after signing out, and its cookie is out of scripts' reach",
  async (site) => {
    const visitor = await operatorOf(site);
    const first = new Map(visitor.cookies);
    const response = await visitor.send("POST", "/api/sign-in", {
      body: JSON.stringify({ email: olga.email, password: PASSWORD }),
      headers: { "content-type": "application/json" },
    });
    assert.equal(response.status, 200);
    const [cookie = ""] = response.headers.getSetCookie();
    assert.match(cookie, /^oxbow\.session_token=.+; Path=\/; HttpOnly; SameSite=Lax$/);
    assert.notDeepEqual(visitor.cookies, first);
    const stale = new Visitor(site);
    for (const [name, value] of first) stale.cookies.set(name, value);
    assert.equal((await stale.ask("accounts.session")).body.person, null);
    const second = new Map(visitor.cookies);
    assert.equal((await visitor.ask("accounts.signOut")).body.person, null);
    assert.equal(visitor.cookies.size, 0);
    for (const [name, value] of second) stale.cookies.set(name, value);
    assert.equal((await stale.ask("accounts.people")).status, 401);
  },
);

siteTest(
  "where browsers come by https, the cookie goes no other way",
  async (site) => {
    const visitor = new Visitor(site);
    const body = JSON.stringify({ ...olga, token: site.setupToken() });
    const response = await visitor.send("POST", "/api/setup", {
      body,
      headers: { "content-type": "application/json", origin: "https://site.test" },
    });
    assert.match(
      response.headers.getSetCookie()[0] ?? "",
      /^__Secure-oxbow\.session_token=.+; Secure/,
    );
  },
  { platformUrl: "https://site.test" },
);

siteTest("roles are looked at by the server, and a change holds at once", async (site) => {
  const operator = await operatorOf(site);
  const vera = await viewerOf(site, "Vera");
  assert.equal((await new Visitor(site).ask("accounts.people")).status, 401);
  assert.equal((await vera.ask("accounts.people")).status, 403);
  const people = await operator.ask("accounts.people");
  assert.deepEqual(
    people.body.items.map(({ name, role }: { name: string; role: string }) => [name, role]),
    [
      ["Vera", "viewer"],
      ["Olga", "operator"],
    ],
  );
  const person = people.body.items[0].id;
  await operator.ask("accounts.changePerson", { role: "operator" }, { person });
  assert.equal((await vera.ask("accounts.people")).status, 200);
  await operator.ask("accounts.changePerson", { role: "viewer" }, { person });
  assert.equal((await vera.ask("accounts.people")).status, 403);
});

siteTest(
  "who is suspended is out at once, in every browser, and is told so when signing in",
  async (site) => {
    const operator = await operatorOf(site);
    const vera = await viewerOf(site, "Vera");
    const elsewhere = new Visitor(site);
    await elsewhere.signIn("vera@site.test");
    const person = (await vera.ask("accounts.session")).body.person.id;
    const changed = await operator.ask("accounts.changePerson", { suspended: true }, { person });
    assert.equal(changed.body.suspended, true);
    for (const visitor of [vera, elsewhere]) {
      assert.equal((await visitor.ask("accounts.session")).body.person, null);
    }
    const again = await vera.signIn("vera@site.test");
    assert.deepEqual([again.status, again.body.code], [403, "suspended"]);
    assert.equal((await vera.ask("accounts.session")).body.person, null);
    const wrong = await vera.signIn("vera@site.test", "not the password");
    assert.equal(wrong.body.code, "wrong_email_or_password");
    await operator.ask("accounts.changePerson", { suspended: false }, { person });
    assert.equal((await vera.signIn("vera@site.test")).status, 200);
  },
);

siteTest("nobody runs the site without an operator: the last one stays", async (site) => {
  const operator = await operatorOf(site);
  const person = (await operator.ask("accounts.session")).body.person.id;
  for (const body of [{ role: "viewer" }, { suspended: true }]) {
    const refused = await operator.ask("accounts.changePerson", body, { person });
    assert.deepEqual([refused.status, refused.body.code], [409, "last_operator"]);
  }
  const removed = await operator.ask("accounts.remove", { password: PASSWORD });
  assert.deepEqual([removed.status, removed.body.code], [409, "last_operator"]);
});

siteTest("an invitation makes one account with its role, and can be revoked", async (site) => {
  const operator = await operatorOf(site);
  await operator.ask("accounts.changeSignUpPolicy", { signUp: "invitation" });
  const stranger = new Visitor(site);
  const nina = { name: "Nina", email: "nina@site.test", password: PASSWORD, language: "en" };
  const uninvited = await stranger.ask("accounts.signUp", nina);
  assert.equal(uninvited.body.code, "sign_up_by_invitation");
  const { body } = await operator.ask("accounts.invite", { role: "streamer", note: "Nina" });
  const invitation = new URL(body.url).pathname.split("/").at(-1);
  const checked = await stranger.ask("accounts.checkInvitation", { token: invitation });
  assert.equal(checked.body.role, "streamer");
  const [one, two] = await Promise.all(
    ["nina@site.test", "other@site.test"].map((email) =>
      new Visitor(site).ask("accounts.signUp", { ...nina, email, invitation }),
    ),
  );
  assert.deepEqual(new Set([one?.status, two?.status]), new Set([200, 410]));
  const listed = (await operator.ask("accounts.invitations")).body.items;
  assert.deepEqual(
    [listed[0].state, listed[0].by.name, listed[0].person.name],
    ["used", "Olga", "Nina"],
  );
  const second = await operator.ask("accounts.invite", { role: "viewer" });
  const params = { invitation: second.body.invitation.id };
  assert.equal((await operator.ask("accounts.revokeInvitation", undefined, params)).status, 204);
  const token = new URL(second.body.url).pathname.split("/").at(-1);
  assert.equal((await stranger.ask("accounts.checkInvitation", { token })).status, 410);
});

siteTest("sessions are one's own: those of others can be neither seen nor ended", async (site) => {
  const operator = await operatorOf(site);
  const vera = await viewerOf(site, "Vera");
  const [mine] = (await operator.ask("accounts.sessions")).body.items;
  assert.deepEqual([mine.current, mine.address], [true, "127.0.0.1"]);
  const theirs = await vera.ask("accounts.endSession", undefined, { session: mine.id });
  assert.equal(theirs.status, 404);
  const elsewhere = new Visitor(site);
  await elsewhere.signIn("vera@site.test");
  assert.equal((await vera.ask("accounts.sessions")).body.items.length, 2);
  assert.equal((await vera.ask("accounts.endOtherSessions")).status, 204);
  assert.equal((await elsewhere.ask("accounts.session")).body.person, null);
  assert.equal((await vera.ask("accounts.session")).body.person.name, "Vera");
  assert.equal((await operator.ask("accounts.session")).body.person.name, "Olga");
});

siteTest("another password signs other browsers out, and needs the old one", async (site) => {
  await operatorOf(site);
  const vera = await viewerOf(site, "Vera");
  const elsewhere = new Visitor(site);
  await elsewhere.signIn("vera@site.test");
  const newPassword = "another long password";
  const wrong = await vera.ask("accounts.changePassword", { password: "a guess", newPassword });
  assert.deepEqual([wrong.body.code, wrong.body.field], ["wrong_password", "password"]);
  const short = await vera.ask("accounts.changePassword", {
    password: PASSWORD,
    newPassword: "short",
  });
  assert.deepEqual([short.status, short.body.field], [400, "newPassword"]);
  const changed = await vera.ask("accounts.changePassword", { password: PASSWORD, newPassword });
  assert.equal(changed.status, 204);
  assert.equal((await elsewhere.ask("accounts.session")).body.person, null);
  assert.equal((await vera.ask("accounts.session")).body.person.name, "Vera");
  assert.equal((await elsewhere.signIn("vera@site.test")).status, 403);
  assert.equal((await elsewhere.signIn("vera@site.test", newPassword)).status, 200);
});

siteTest("the audit trail has every act of weight, newest first, and pages of it", async (site) => {
  const operator = await operatorOf(site);
  await operator.ask("accounts.changeSignUpPolicy", { signUp: "closed" });
  const all = (await operator.ask("accounts.audit")).body;
  assert.deepEqual(
    all.items.map(({ action }: { action: string }) => action),
    ["site.sign_up_changed", "person.signed_in", "site.set_up"],
  );
  const { person, detail, address } = all.items[0];
  assert.deepEqual(
    [person.name, detail, address],
    ["Olga", { from: "open", to: "closed" }, "127.0.0.1"],
  );
  const page = async (query: string) =>
    JSON.parse(await (await operator.send("GET", `/api/operator/audit?${query}`)).text());
  const first = await page("limit=2");
  const rest = await page(`limit=2&cursor=${first.next}`);
  assert.deepEqual([...first.items, ...rest.items], all.items);
  assert.equal(rest.next, null);
  assert.equal((await page("action=site")).items.length, 2);
  assert.deepEqual((await page("action=person.signed_i")).items, []);
  assert.equal((await page("cursor=nonsense")).field, "cursor");
});

siteTest(
  "people are found by a part of their name or address, accents and capitals aside",
  async (site) => {
    const operator = await operatorOf(site);
    for (const name of ["Ângela_Érica", "angelica"]) {
      const { body } = await operator.ask("accounts.invite", { role: "viewer" });
      const invitation = new URL(body.url).pathname.split("/").at(-1);
      const email = `${encodeURIComponent(name)}@site.test`.replaceAll("%", "x");
      const person = { name, email, password: PASSWORD, language: "en", invitation };
      const made = await new Visitor(site).ask("accounts.signUp", person);
      assert.equal(made.status, 200);
    }
    const found = async (search: string): Promise<string[]> => {
      const path = `/api/operator/people?search=${encodeURIComponent(search)}`;
      const { items } = JSON.parse(await (await operator.send("GET", path)).text());
      return items.map(({ name }: { name: string }) => name);
    };
    assert.deepEqual(await found("ANGEL"), ["angelica", "Ângela_Érica"]);
    assert.deepEqual(await found("érica"), ["Ângela_Érica"]);
    assert.deepEqual(await found("a_e"), ["Ângela_Érica"]);
    assert.deepEqual(await found("%"), []);
    assert.deepEqual(await found("SITE.test"), ["angelica", "Ângela_Érica", "Olga"]);
    await operator.ask("accounts.change", { name: "Ólga" });
    assert.deepEqual(await found("olga site"), []);
    assert.deepEqual(await found("olga olga@"), ["Ólga"]);
  },
);

siteTest(
  "the sign 0, which no database of ours looks for alike, is refused wherever it stands",
  async (site) => {
    const operator = await operatorOf(site);
    for (const path of [
      "/api/operator/people?search=%00",
      "/api/operator/audit?about=a%00b",
      "/watch/%00",
    ]) {
      assert.deepEqual([path, (await operator.send("GET", path)).status], [path, 400]);
    }
    const email = { email: "a\0@site.test", password: PASSWORD };
    for (const body of [
      email,
      { ...email, email: "a@site.test", password: "\0" },
      { more: [{ deep: "\0" }] },
    ]) {
      const refused = await operator.ask("accounts.changeEmail", body);
      assert.deepEqual([refused.status, refused.body.code], [400, "invalid_request"]);
    }
    const deep = `{"name":${"[".repeat(20_000)}${"]".repeat(20_000)}}`;
    const headers = { "content-type": "application/json" };
    const deepest = await operator.send("PATCH", "/api/account", { body: deep, headers });
    assert.equal(deepest.status, 400);
    const typed = await operator.ask("accounts.change", { name: "\\u0000" });
    assert.deepEqual([typed.status, typed.body.name], [200, "\\u0000"]);
  },
);
