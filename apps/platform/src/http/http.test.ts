import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { join } from "node:path";
import { test } from "node:test";
import { gunzipSync } from "node:zlib";
import { operatorOf, PASSWORD, startSite, Visitor, viewerOf } from "./site-for-tests.ts";

const given = { email: "olga@site.test", password: PASSWORD };

test("a change that a page of another site asks for is refused, cookie or not", async () => {
  await using site = await startSite();
  const operator = await operatorOf(site);
  const body = { signUp: "closed" };
  const asked = (headers: Record<string, string>) =>
    operator.ask("accounts.changeSignUpPolicy", body, {}, headers);
  for (const headers of [
    { origin: "https://evil.test" },
    { origin: "null" },
    { "sec-fetch-site": "cross-site" },
    { "sec-fetch-site": "same-site" },
    // What a browser says of itself counts more than an Origin that looks right.
    { origin: site.http, "sec-fetch-site": "none" },
  ]) {
    const { status, body: problem } = await asked(headers);
    assert.deepEqual([status, problem.code], [403, "cross_site"]);
  }
  const silent = await fetch(`${site.http}/api/sign-in`, {
    method: "POST",
    body: JSON.stringify(given),
    headers: { "content-type": "application/json" },
  });
  assert.equal(silent.status, 403);
  assert.equal((await operator.ask("accounts.signUpPolicy")).body.signUp, "open");
  assert.equal((await asked({ "sec-fetch-site": "same-origin" })).status, 200);
});

test("only JSON that the contract knows comes in, and a refusal names the field", async () => {
  await using site = await startSite();
  const visitor = await operatorOf(site);
  const posted = async (body: string, type = "application/json") => {
    const response = await visitor.send("POST", "/api/sign-in", {
      body,
      headers: { "content-type": type },
    });
    assert.equal(response.headers.get("content-type"), "application/problem+json");
    const { status, code, field } = JSON.parse(await response.text());
    return [status, code, field];
  };
  const extra = JSON.stringify({ ...given, role: "operator" });
  assert.deepEqual(await posted(extra), [400, "invalid_request", "role"]);
  const nobody = JSON.stringify({ ...given, email: "nobody" });
  assert.deepEqual(await posted(nobody), [400, "invalid_request", "email"]);
  assert.deepEqual(await posted("{"), [400, "invalid_request", undefined]);
  const form = "application/x-www-form-urlencoded";
  assert.deepEqual(await posted("email=a", form), [400, "invalid_request", undefined]);
  const poison = '{"__proto__":{"role":"operator"}}';
  assert.deepEqual(await posted(poison), [400, "invalid_request", undefined]);
  const large = JSON.stringify({ ...given, email: "x".repeat(1_100_000) });
  assert.deepEqual(await posted(large), [413, "too_large", undefined]);
  const unknown = await visitor.send("GET", "/api/operator/people?role=viewer&sort=name");
  assert.deepEqual([unknown.status, JSON.parse(await unknown.text()).field], [400, "sort"]);
  const nothing = await visitor.send("GET", "/api/nothing");
  assert.deepEqual([nothing.status, JSON.parse(await nothing.text()).code], [404, "not_found"]);
  assert.equal((await visitor.send("PUT", "/api/session")).status, 404);
});

test("tries to guess a password are few, and are counted in the database", async () => {
  await using site = await startSite({ trustedProxies: "127.0.0.1" });
  await operatorOf(site);
  const from = async (address: string, password: string) => {
    const { status, body } = await new Visitor(site).ask(
      "accounts.signIn",
      { ...given, password },
      {},
      { "x-forwarded-for": address },
    );
    return [status, body.code];
  };
  for (let n = 0; n < 10; n += 1) {
    assert.deepEqual(await from("203.0.113.9", "a guess"), [403, "wrong_email_or_password"]);
  }
  // The first limit is that of the route, in memory; the second that of the account, in the database.
  assert.deepEqual(await from("203.0.113.9", PASSWORD), [429, "too_many_requests"]);
  assert.equal((await from("198.51.100.7", PASSWORD))[0], 200);
  const { count } = await site.store.db
    .selectFrom("attempts")
    .select(({ fn }) => fn.max("count").as("count"))
    .executeTakeFirstOrThrow();
  assert.equal(count, 10);
});

test("the account's limit holds where the address's calls are spread over other operations", async () => {
  await using site = await startSite();
  await operatorOf(site);
  const vera = await viewerOf(site, "Vera");
  const attempts = [];
  for (let n = 0; n < 10; n += 1)
    attempts.push(await vera.ask("accounts.remove", { password: "x" }));
  assert.ok(attempts.every(({ body }) => body.code === "wrong_password"));
  const other = await vera.ask("accounts.changeEmail", {
    email: "v@site.test",
    password: PASSWORD,
  });
  assert.deepEqual([other.status, other.body.code], [429, "too_many_tries"]);
});

test("what a client says of its address counts only by a proxy's word", async () => {
  await using site = await startSite();
  const operator = await operatorOf(site);
  const headers = { "x-forwarded-for": "203.0.113.9", "x-forwarded-proto": "https" };
  const response = await operator.send("GET", "/api/session", { headers });
  assert.equal(response.headers.get("strict-transport-security"), null);
  await operator.ask("accounts.signIn", given, {}, headers);
  assert.equal((await operator.ask("accounts.sessions")).body.items[0].address, "127.0.0.1");
  await using behind = await startSite({ trustedProxies: "127.0.0.0/8, ::1" });
  const proxied = await new Visitor(behind).send("GET", "/api/session", { headers });
  assert.match(proxied.headers.get("strict-transport-security") ?? "", /max-age=31536000/);
});

test("every answer tells the browser what it must not do", async () => {
  await using site = await startSite();
  const visitor = new Visitor(site);
  for (const path of ["/", "/api/session", "/api/nothing", "/livez", "/assets/none.js"]) {
    const { headers } = await visitor.send("GET", path);
    const policy = headers.get("content-security-policy") ?? "";
    assert.match(policy, /default-src 'none'; script-src 'self'; /);
    assert.match(policy, /media-src 'self' blob: data: http:\/\/media\.test:8080;/);
    assert.match(policy, /frame-ancestors 'none'$/);
    assert.deepEqual(
      ["x-content-type-options", "referrer-policy", "x-frame-options"].map((n) => headers.get(n)),
      ["nosniff", "same-origin", "DENY"],
    );
  }
  const { headers } = await visitor.send("GET", "/embed/vid_1");
  assert.match(headers.get("content-security-policy") ?? "", /frame-ancestors \*$/);
  assert.equal(headers.get("x-frame-options"), null);
});

const HTML =
  '<!doctype html><html lang="en"><head><title>Oxbow</title></head><body><div id="root"></div></body></html>';

async function built(folder: string): Promise<void> {
  await mkdir(join(folder, "assets"), { recursive: true });
  await writeFile(join(folder, "index.html"), HTML);
  await writeFile(
    join(folder, "assets/site-abc.js"),
    `export const text = "${"a".repeat(5_000)}";`,
  );
  await writeFile(join(folder, ".sources"), "secret");
}

test("pages carry their head and their data, in which no text can end the script", async () => {
  await using site = await startSite({
    built,
    firstHtml: async (url) =>
      url.pathname === "/old"
        ? { redirect: "/new" }
        : {
            status: url.pathname === "/gone" ? 404 : 200,
            language: "pt-BR",
            head: "<title>$& Título</title>",
            data: { answers: [{ id: "x", answer: "</script><script>alert(1)</script>" }] },
          },
  });
  const visitor = new Visitor(site);
  const page = await visitor.send("GET", "/watch/vid_1?t=3");
  const html = await page.text();
  assert.equal(page.headers.get("cache-control"), "private, no-cache");
  assert.match(html, /<html lang="pt-BR">/);
  assert.match(html, /<title>\$& Título<\/title>/);
  assert.doesNotMatch(html, /<script>alert/);
  const [, json = ""] = /id="oxbow-page">(.*?)<\/script>/.exec(html) ?? [];
  const ids = JSON.parse(json).answers.map(({ id }: { id: string }) => id);
  assert.deepEqual(ids, ["x", "accounts.session"]);
  assert.equal((await visitor.send("GET", "/gone")).status, 404);
  const moved = await visitor.send("GET", "/old");
  assert.deepEqual([moved.status, moved.headers.get("location")], [302, "/new"]);
});

test("files of the site are kept for ever, compressed, and nothing else of the folder is given", async () => {
  await using site = await startSite({ built });
  const plain = await rawGet(`${site.http}/assets/site-abc.js`, "identity");
  const packed = await rawGet(`${site.http}/assets/site-abc.js`, "gzip, br;q=0");
  assert.equal(packed.headers["content-encoding"], "gzip");
  assert.deepEqual(gunzipSync(packed.body), plain.body);
  assert.equal(plain.headers["cache-control"], "public, max-age=31536000, immutable");
  assert.equal(plain.headers["content-type"], "text/javascript; charset=utf-8");
  for (const path of ["/.sources", "/assets/../.sources", "/assets/..%2f.sources", "/index.html"]) {
    const { body } = await rawGet(`${site.http}${path}`, "identity");
    assert.doesNotMatch(body.toString(), /secret/);
  }
  assert.equal((await rawGet(`${site.http}/assets/old.js`, "identity")).status, 404);
});

test("a webhook comes in as the bytes that it is, up to a mebibyte", async () => {
  const bodies: Buffer[] = [];
  await using site = await startSite({
    hook: async ({ body }) => {
      bodies.push(body);
      return { status: 202 };
    },
  });
  const post = (body: string) => fetch(`${site.http}/hooks/media`, { method: "POST", body });
  assert.equal((await post('{ "a":1}\n')).status, 202);
  assert.deepEqual(bodies.map(String), ['{ "a":1}\n']);
  assert.equal((await post("x".repeat(1_048_577))).status, 413);
});

test("a socket is upgraded for pages of this site alone, with who asks", async () => {
  const names: (string | undefined)[] = [];
  await using site = await startSite({
    upgrade: (_request, socket, _head, { person }) => {
      names.push(person?.name);
      socket.end(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
      );
    },
  });
  const operator = await operatorOf(site);
  const cookie = [...operator.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  const upgrade = async (path: string, origin: string): Promise<number | undefined> => {
    const asked = request(`${site.http}${path}`, {
      headers: { connection: "Upgrade", upgrade: "websocket", cookie, origin },
    });
    asked.end();
    const answered = await Promise.race([once(asked, "upgrade"), once(asked, "response")]);
    answered[0].destroy();
    return answered[0].statusCode;
  };
  assert.equal(await upgrade("/api/updates", site.http), 101);
  assert.equal(await upgrade("/api/updates", "https://evil.test"), 403);
  assert.equal(await upgrade("/elsewhere", site.http), 404);
  assert.deepEqual(names, ["Olga"]);
});

test("a socket that nobody has ended does not keep the site from closing", async () => {
  const site = await startSite({
    upgrade: (_request, socket) => {
      socket.write(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
      );
    },
  });
  const asked = request(`${site.http}/api/updates`, {
    headers: { connection: "Upgrade", upgrade: "websocket", origin: site.http },
  });
  asked.end();
  const [, socket] = await once(asked, "upgrade");
  socket.on("error", () => undefined);
  const over = once(socket, "close");
  await site[Symbol.asyncDispose]();
  await over;
});

type Raw = {
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
};

/** What `fetch` would decode and normalize, as it is. */
async function rawGet(url: string, encodings: string): Promise<Raw> {
  const [, origin = "", path = ""] = /^(http:\/\/[^/]+)(.*)$/.exec(url) ?? [];
  const asked = request(origin, { path, headers: { "accept-encoding": encodings } });
  asked.end();
  const [response] = await once(asked, "response");
  const pieces: Buffer[] = [];
  for await (const piece of response) pieces.push(piece);
  return { status: response.statusCode, headers: response.headers, body: Buffer.concat(pieces) };
}
