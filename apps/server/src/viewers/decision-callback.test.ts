import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { Fault } from "@oxbow/contract";
import { plus } from "@oxbow/media";
import { Webhook } from "standardwebhooks";
import { type CallbackOptions, DecisionCallback } from "./decision-callback.ts";
import { requestOf, testViewers, testWorld } from "./viewers-for-tests.ts";

const secret = `whsec_${randomBytes(32).toString("base64")}`;

type Asked = { readonly headers: IncomingHttpHeaders; readonly body: string };

/** An operator's program that answers as it is told to. */
async function program(answer: (response: ServerResponse, nth: number) => void) {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      asked.push({ headers: request.headers, body });
      return answer(response, asked.length);
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  assert.ok(address !== null && typeof address === "object");
  return {
    asked,
    url: `http://127.0.0.1:${address.port}/decide`,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

const question = {
  action: "publish",
  stream: { id: "str_1", name: "story" },
  asset: null,
  protocol: "rtmp",
  address: "192.0.2.7:5",
  userAgent: "OBS",
  claims: null,
} as const;

function callbackTo(url: string, more: Partial<CallbackOptions> = {}): DecisionCallback {
  return new DecisionCallback({ url, secret, failOpen: false, ...more }, testWorld());
}

test("a question is signed as webhooks are, and says who asks for what", async () => {
  await using operator = await program((response) => response.writeHead(204).end());
  const now = { ...testWorld(), now: () => plus(testWorld().time, Date.now() - testWorld().time) };
  await using callback = new DecisionCallback({ url: operator.url, secret, failOpen: false }, now);
  assert.deepEqual((await callback.ask(question)).refusal, undefined);
  const [asked] = operator.asked;
  const headers = Object.entries(asked?.headers ?? {}).map(([name, value]) => [
    name,
    String(value),
  ]);
  const told = new Webhook(secret).verify(asked?.body ?? "", Object.fromEntries(headers));
  assert.ok(typeof told === "object" && told !== null && "time" in told);
  assert.deepEqual(told, { ...question, time: told.time });
});

test("401 and 403 refuse with the reason of the body; all else refuses too, unless told otherwise", async () => {
  const answers: [number, string][] = [
    [403, '{"reason":"Pay first"}'],
    [401, "not\ttoday"],
    [403, ""],
    [403, "<html>nginx</html>"],
    [500, "oops"],
    [302, ""],
    [200, "yes"],
  ];
  await using operator = await program((response, nth) => {
    const [status, body] = answers[(nth - 1) % answers.length] ?? [500, ""];
    response.writeHead(status, { location: "http://127.0.0.1:1/" }).end(body);
  });
  const silence = "The program that decides about this gives no answer";
  await using callback = callbackTo(operator.url);
  const told: (string | undefined)[] = [];
  for (const _ of answers) told.push((await callback.ask(question)).refusal?.message);
  const refused = ["Pay first", "not today", "Not allowed to publish", "Not allowed to publish"];
  assert.deepEqual(told, [...refused, silence, silence, undefined]);
  await using open = callbackTo(operator.url, { failOpen: true });
  const opened: (string | undefined)[] = [];
  for (const _ of answers) opened.push((await open.ask(question)).refusal?.message);
  assert.deepEqual(opened, [...refused, undefined, undefined, undefined]);
});

test("silence, nobody there, and an answer without an end are a refusal in time", async () => {
  await using silent = await program(() => {});
  await using endless = await program((response) => {
    response.writeHead(403);
    const more = setInterval(() => response.write("x".repeat(100)), 1);
    response.on("close", () => clearInterval(more));
  });
  for (const url of [silent.url, endless.url, "http://127.0.0.1:1/"]) {
    await using callback = callbackTo(url, { timeoutMs: 100 });
    const { refusal } = await callback.ask(question);
    assert.equal(refusal?.code, "refused_by_callback");
  }
});

test("no more than 32 questions are under way, and those who wait get their turn", async () => {
  const held: ServerResponse[] = [];
  await using operator = await program((response) => held.push(response));
  await using callback = callbackTo(operator.url);
  const all = Array.from({ length: 100 }, () => callback.ask(question));
  let most = 0;
  for (let answered = 0; answered < 100; ) {
    await new Promise(setImmediate);
    most = Math.max(most, held.length);
    for (const response of held.splice(0)) {
      response.writeHead(204).end();
      answered += 1;
    }
  }
  const decisions = await Promise.all(all);
  assert.ok(decisions.every(({ refusal }) => refusal === undefined));
  assert.ok(most > 0 && most <= 32, `${most} at a time`);
});

test("one who plays is asked about once, as long as the answer holds or the viewer stays", async () => {
  // What frameworks say of every answer says nothing of how long this one holds.
  let holds = "max-age=0, private, must-revalidate, no-store";
  let status = 200;
  await using operator = await program((response) => {
    response
      .writeHead(status, holds === "" ? {} : { "cache-control": holds })
      .end('{"reason":"no"}');
  });
  const clock = testWorld();
  await using onPlay = new DecisionCallback({ url: operator.url, secret, failOpen: false }, clock);
  const on = testViewers({ onPlay }, clock);
  const ask = async (address: string) => {
    const admission = await on.viewers.admit(requestOf("/live/story/index.m3u8", { address }));
    return admission instanceof Fault ? admission.code : "in";
  };
  assert.deepEqual(await Promise.all([ask("::1"), ask("::1"), ask("::1")]), ["in", "in", "in"]);
  assert.equal(operator.asked.length, 1);
  assert.deepEqual(JSON.parse(operator.asked[0]?.body ?? ""), {
    action: "play",
    stream: { id: "str_story", name: "story" },
    asset: null,
    protocol: "hls",
    address: "::1",
    userAgent: "a player",
    claims: null,
    time: JSON.parse(operator.asked[0]?.body ?? "").time,
  });
  on.world.time = plus(on.world.time, 25_000);
  assert.ok(
    !(on.viewers.admit(requestOf("/live/story/index.m3u8", { address: "::1" })) instanceof Promise),
  );
  // An answer that says how long it holds is asked for again, of those who are in too.
  holds = "max-age=60";
  assert.deepEqual([await ask("::2"), operator.asked.length], ["in", 2]);
  status = 403;
  on.world.time = plus(on.world.time, 20_000);
  assert.deepEqual([await ask("::2"), operator.asked.length], ["in", 2]);
  on.world.time = plus(on.world.time, 29_000);
  assert.deepEqual([await ask("::2"), operator.asked.length], ["in", 2]);
  on.world.time = plus(on.world.time, 12_000);
  assert.deepEqual([await ask("::2"), operator.asked.length], ["refused_by_callback", 3]);
  // The refusal holds as long, and is kept.
  assert.deepEqual([await ask("::2"), operator.asked.length], ["refused_by_callback", 3]);
  status = 200;
  on.world.time = plus(on.world.time, 61_000);
  assert.deepEqual([await ask("::2"), operator.asked.length], ["in", 4]);
});
