import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { openBrowser } from "./browser.ts";
import { type Nginx, startNginx } from "./nginx.ts";
import { type PlatformProcess, startPlatform } from "./platform-process.ts";
import { invited, type SiteCaller, setUpOperator } from "./site-caller.ts";
import { until } from "./until.ts";

let folder = "";
let platform: PlatformProcess;
let browser: Browser;
let proxy: Nginx | undefined;
let operator: SiteCaller;
let ana: SiteCaller;
let bea: SiteCaller;
let channel = "";
let video = "";

/** As a site's own proxy is set up: WebSockets need the two lines of the upgrade. */
const proxied = (port: number, to: string): string => `
http {
  access_log off;
  map $http_upgrade $connection_upgrade { default upgrade; "" close; }
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass ${to};
      proxy_http_version 1.1;
      proxy_set_header Host $http_host;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection $connection_upgrade;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
    }
  }
}`;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "oxbow-updates-"));
  [platform, browser] = await Promise.all([startPlatform(), openBrowser()]);
  proxy = await startNginx(join(folder, "nginx"), "", (port) => proxied(port, platform.http));
  operator = await setUpOperator(platform);
  ({ id: channel } = await operator.call("channels.create", {
    body: { handle: "olga", name: "Olga" },
  }));
  ({ id: video } = await operator.call("videos.plan", { body: { title: "A talk" } }));
  ana = await invited(platform, operator, { name: "Ana", role: "viewer" });
  bea = await invited(platform, operator, { name: "Bea", role: "viewer" });
});
after(async () => {
  await browser.close();
  await proxy?.[Symbol.asyncDispose]();
  await platform[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

/** Pages of a person who is signed in, or of nobody, as they come by a site's address. */
async function chatOf(site: string, person?: SiteCaller): Promise<Page> {
  const context: BrowserContext = await browser.newContext({ baseURL: site, locale: "en" });
  await person?.signInto(context);
  const page = await context.newPage();
  await page.goto(`/watch/${video}/chat`);
  await page.getByRole("heading", { name: "Chat", exact: true }).waitFor();
  return page;
}

let clients = 0;
const write = (person: SiteCaller, text: string) =>
  person.call("chat.send", { params: { video }, body: { text, client: `test_${clients++}_sent` } });

const shown = (page: Page): Promise<string[]> =>
  page.getByRole("log").locator("li").allTextContents();

async function shows(page: Page, count: number): Promise<string[]> {
  return until(`${count} messages on a page`, async () => {
    const texts = await shown(page);
    return texts.length >= count ? texts : undefined;
  });
}

/** Where pages find the site: behind the proxy, where there is one. */
const site = (): string => (proxy === undefined ? platform.http : `http://127.0.0.1:${proxy.port}`);

test("what is written while proxy and platform are away is there once, in order", async (t) => {
  const pages = [await chatOf(site(), ana), await chatOf(site())];
  const [first] = pages;
  assert.ok(first);
  await first.getByLabel("Your message").fill("Hello from a page");
  await first.keyboard.press("Enter");
  for (const page of pages) await shows(page, 1);
  const expected = ["Hello from a page"];
  const say = async (person: SiteCaller, text: string): Promise<void> => {
    await write(person, text);
    expected.push(text);
  };

  // The proxy's worker is killed with all its connections; its master starts another.
  const [, ...workers] = proxy?.pids() ?? [];
  for (const worker of workers) process.kill(worker, "SIGKILL");
  await say(ana, "The proxy is gone");
  await say(bea, "Is anybody here?");
  for (const page of pages) await shows(page, 3);

  await say(bea, "Before the restart");
  assert.equal(await platform.stop(), 0);
  await platform.restart();
  await say(bea, "After the restart");
  for (const page of pages) {
    const texts = await shows(page, 5);
    assert.deepEqual(
      texts.map((text, at) => text.endsWith(expected[at] ?? "?")),
      expected.map(() => true),
      texts.join("\n"),
    );
  }
  t.diagnostic(`${proxy === undefined ? "without" : "through"} nginx`);
  await Promise.all(pages.map((page) => page.context().close()));
});

test("what a moderator does is seen by the others at once", async () => {
  const [olga, beas, guest] = [
    await chatOf(platform.http, operator),
    await chatOf(platform.http, bea),
    await chatOf(platform.http),
  ];
  await write(bea, "Buy cheap rivers");
  await write(bea, "Really cheap");
  const bad = olga.getByRole("log").locator("li", { hasText: "Really cheap" });
  // By keyboard alone: to the message, its menu, and the item.
  await bad.focus();
  await olga.keyboard.press("Tab");
  await olga.keyboard.press("Enter");
  // The open menu takes the focus: its first item, and then the next.
  await olga.locator('[role="menuitem"]:focus', { hasText: "Copy" }).waitFor();
  await olga.keyboard.press("ArrowDown");
  await olga.locator('[role="menuitem"]:focus', { hasText: "Delete" }).waitFor();
  await olga.keyboard.press("Enter");
  for (const page of [olga, beas, guest]) {
    await page.getByText("Really cheap").waitFor({ state: "detached" });
  }
  await olga.getByText("Buy cheap rivers").click();
  await olga.getByRole("button", { name: "Message of Bea" }).click();
  await olga.getByRole("menuitem", { name: "Time out…" }).click();
  await olga.getByRole("dialog").getByRole("button", { name: "Time out" }).click();
  await beas.getByText("You can't write for a while.").waitFor();
  await guest.getByText("Buy cheap rivers").waitFor({ state: "detached" });
  const refused = await bea.ask("chat.send", {
    params: { video },
    body: { text: "But", client: "test_refused" },
  });
  assert.equal(refused.status, 403);
  await operator.call("chat.unban", {
    params: { channel, person: (await bea.call("accounts.session")).person?.id ?? "" },
  });
  await beas.getByLabel("Your message").waitFor();
  await Promise.all([olga, beas, guest].map((page) => page.context().close()));
});

test("who may not watch any longer hears nothing, and pages of other sites never did", async () => {
  const [anas, olgas] = [await chatOf(platform.http, ana), await chatOf(platform.http, operator)];
  await write(operator, "To everybody");
  for (const page of [anas, olgas]) await page.getByText("To everybody").waitFor();
  await operator.call("videos.update", { params: { video }, body: { visibility: "private" } });
  await write(operator, "Among us");
  await olgas.getByText("Among us").waitFor();
  assert.equal(await anas.getByText("Among us").count(), 0);
  const unread = await ana.ask("chat.history", { params: { video } });
  assert.equal(unread.status, 403);
  for (const origin of ["https://evil.example", undefined]) {
    assert.equal(await upgrade(origin), 403, String(origin));
  }
  await Promise.all([anas, olgas].map((page) => page.context().close()));
});

/** What a page of another site is answered that tries to open the socket with the person's cookie. */
function upgrade(origin: string | undefined): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const asked = request(new URL("/api/updates", platform.http), {
      headers: {
        connection: "Upgrade",
        upgrade: "websocket",
        "sec-websocket-version": "13",
        "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
        cookie: operator.cookies(),
        ...(origin === undefined ? {} : { origin }),
      },
    });
    asked.on("response", (response) => resolve(response.statusCode));
    asked.on("upgrade", (response, socket) => {
      socket.destroy();
      resolve(response.statusCode);
    });
    asked.on("error", reject);
    asked.end();
  });
}
