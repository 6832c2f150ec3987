import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { openBrowser } from "./browser.ts";
import { type MailReceiver, type ReceivedLetter, receiveMail } from "./mail-receiver.ts";
import { type PlatformProcess, startPlatform } from "./platform-process.ts";
import { invited, PASSWORD, siteCaller } from "./site-caller.ts";
import { until } from "./until.ts";

const opened = new AsyncDisposableStack();
let platform: PlatformProcess;
let mail: MailReceiver;
let browser: Browser;
const broken: string[] = [];

before(async () => {
  mail = opened.use(await receiveMail());
  platform = opened.use(await startPlatform({ OXBOW_SMTP_URL: mail.url }, {}, "postgres"));
  browser = opened.adopt(await openBrowser(), (one) => one.close());
});
after(() => opened.disposeAsync());

async function somebody(): Promise<{ context: BrowserContext; page: Page }> {
  const context = await browser.newContext({ locale: "en-GB" });
  const page = await context.newPage();
  page.on("pageerror", (error) => broken.push(error.message));
  return { context, page };
}

/** Writes into the form that has the focus, as one does without a mouse. */
async function typed(page: Page, ...values: readonly string[]): Promise<void> {
  for (const [index, value] of values.entries()) {
    if (index > 0) await page.keyboard.press("Tab");
    await page.keyboard.insertText(value);
  }
  await page.keyboard.press("Enter");
}

test("from the link in the console to a streamer who is invited and suspended, by the pages alone", async () => {
  const { page } = await somebody();
  const setup = await platform.setupLink();
  await page.goto(setup);
  await page.getByLabel("Name").focus();
  await typed(page, "Olga", "olga@site.test", PASSWORD);
  await page.waitForURL("**/studio");

  const stranger = await somebody();
  await stranger.page.goto(setup);
  await stranger.page.getByRole("heading", { name: "This site is set up already" }).waitFor();
  await stranger.page.goto(`${platform.http}/sign-in?next=%2Faccount`);
  await stranger.page.getByLabel("E-mail address").focus();
  await typed(stranger.page, "olga@site.test", "not the password");
  await stranger.page.getByText("The e-mail address or the password is wrong.").waitFor();
  await stranger.page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await stranger.page.keyboard.press("Enter");
  await stranger.page.waitForURL("**/account");
  await stranger.page.getByText("This browser").waitFor();
  assert.equal(
    await stranger.page.getByRole("button", { name: /^Sign out (?!everywhere)/ }).count(),
    1,
  );
  await stranger.context.close();

  await page.goto(`${platform.http}/operator/users`);
  await page.getByRole("button", { name: "Invite…" }).click();
  await page.getByLabel("For whom").fill("Nina of the river club");
  await page.getByRole("button", { name: "Make the link" }).click();
  const link = await page.getByLabel("Link", { exact: true }).inputValue();
  await page.getByRole("button", { name: "Done" }).click();

  const nina = await somebody();
  await nina.page.goto(link);
  await nina.page.getByText("to stream here").waitFor();
  await nina.page.getByLabel("Name").focus();
  await typed(nina.page, "Nina", "olga@site.test", PASSWORD);
  const email = nina.page.getByLabel("E-mail address");
  await nina.page.getByText("There is an account with this e-mail address already.").waitFor();
  assert.equal(await email.getAttribute("aria-invalid"), "true");
  await email.fill("nina@site.test");
  await nina.page.keyboard.press("Enter");
  await nina.page.waitForURL("**/studio");

  await page.reload();
  await page.getByText("Used by Nina").waitFor();
  await page.getByRole("button", { name: "Actions for Nina" }).click();
  await page.getByRole("menuitem", { name: "Suspend…" }).click();
  await page.getByRole("button", { name: "Suspend", exact: true }).click();
  await page.getByRole("cell", { name: "Suspended" }).waitFor();
  await nina.page.reload();
  await nina.page.getByRole("link", { name: "Sign in" }).first().waitFor();

  await page.goto(`${platform.http}/operator/audit`);
  await page.getByText("Suspended somebody").waitFor();
  assert.deepEqual(broken, []);
});

const letterTo = (address: string, subject: RegExp): Promise<ReceivedLetter> =>
  until(`a letter to ${address}`, async () =>
    mail.letters.find((one) => one.to.includes(address) && subject.test(one.subject)),
  );

test("a new address counts from its own mailbox; a channel outlives the account of its owner", async () => {
  const operator = siteCaller(platform.http);
  const olga = { email: "olga@site.test", password: PASSWORD };
  await operator.call("accounts.signIn", { body: olga });
  const mia = await invited(platform, operator, { name: "Mia", role: "streamer" });
  await invited(platform, operator, { name: "Rui", role: "streamer" });
  const { id } = await mia.call("channels.create", { body: { handle: "river", name: "River" } });
  const old = (await mia.call("accounts.session")).person?.email ?? "";

  const own = await somebody();
  await mia.signInto(own.context);
  await own.page.goto(`${platform.http}/account`);
  const card = own.page.getByRole("region", { name: "E-mail address" });
  await card.getByLabel("E-mail address").fill("mia@new.test");
  await card.getByLabel("Current password").fill(PASSWORD);
  await card.getByLabel("Current password").press("Enter");
  await card.getByText("Waiting for mia@new.test").waitFor();
  await until("the field says the old one again", async () =>
    (await card.getByLabel("E-mail address").inputValue()) === old ? true : undefined,
  );
  const notice = await letterTo(old, /is to be changed/);
  assert.doesNotMatch(notice.text, /confirm\//);
  const letter = await letterTo("mia@new.test", /^Confirm/);
  const link = /http\S+\/confirm\/email\/\S+/.exec(letter.text)?.[0] ?? "";
  // Opened on a phone that nobody is signed in on.
  const phone = await somebody();
  await phone.page.goto(link);
  await phone.page.getByRole("button", { name: "Confirm" }).click();
  await phone.page.getByRole("heading", { name: "Your address is changed" }).waitFor();
  await phone.page.goto(link);
  await phone.page.getByRole("button", { name: "Confirm" }).click();
  await phone.page.getByRole("heading", { name: "This link is over" }).waitFor();
  await phone.context.close();
  await own.page.reload();
  await own.page.getByText("mia@new.test · Streamer").waitFor();
  assert.equal(await own.page.getByText("Waiting for").count(), 0);
  await letterTo(old, /was changed/);

  const desk = await somebody();
  await operator.signInto(desk.context);
  const { page } = desk;
  await page.goto(`${platform.http}/operator/users`);
  await page.getByRole("button", { name: "Actions for Mia" }).click();
  await page.getByRole("menuitem", { name: "Remove the account…" }).click();
  await page.getByRole("button", { name: "Remove the account", exact: true }).click();
  const row = page.getByRole("row").filter({ hasText: "River" });
  await row.getByText("Nobody").waitFor();
  await own.page.reload();
  await own.page.getByRole("heading", { name: "Sign in to see your account" }).waitFor();
  await row.getByRole("button", { name: "Hand over River" }).click();
  await page
    .getByRole("dialog")
    .getByLabel("To the streamer")
    .selectOption({ label: "Rui · rui@site.test" });
  await page.getByRole("button", { name: "Hand the channel over" }).click();
  await row.getByText("Rui").waitFor();
  const handed = await operator.call("accounts.audit", { query: { about: id, action: "channel" } });
  assert.equal(handed.items[0]?.action, "channel.handed_over");
  assert.deepEqual(broken, []);
});
