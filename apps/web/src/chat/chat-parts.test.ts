import assert from "node:assert/strict";
import { test } from "node:test";
import type { ChatMessage } from "@oxbow/site-contract";
import { followed, noMessages, prepended, received, without } from "./message-list.ts";
import {
  extended,
  jumped,
  lengthened,
  noReplay,
  planReplay,
  type ReplayWindow,
  seenAt,
} from "./replay-window.ts";
import { textParts } from "./text-parts.ts";

const start = 1_700_000_000_000;

const message = (at: number, mediaAt = at): ChatMessage => ({
  id: `msg_${String(at).padStart(6, "0")}`,
  video: "vid_1",
  author: { id: `per_${at % 3}`, name: "Ana", badge: null },
  text: `Message ${at}`,
  at: new Date(start + at * 1000).toISOString(),
  mediaAt: start + mediaAt * 1000,
  client: `client_${at}`,
});

const range = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, at) => message(from + at));
const ids = ({ items }: { readonly items: readonly ChatMessage[] }) => items.map(({ id }) => id);

test("messages stand in order and once, however they come", () => {
  const list = received(received(noMessages, range(2, 4), true), [message(3), message(1)], true);
  assert.deepEqual(ids(list), ids({ items: range(1, 4) }));
});

test("a page that follows holds the newest; who reads further up loses nothing", () => {
  const followedList = received(noMessages, range(0, 400), true);
  assert.deepEqual([followedList.items.length, followedList.hasOlder], [300, true]);
  const reading = received(followedList, range(400, 500), false);
  assert.deepEqual([reading.items.length, reading.unseen], [400, 100]);
  const back = followed(reading);
  assert.deepEqual([back.items.length, back.unseen], [300, 0]);
});

test("what came while somebody reads far up is counted, and asked for later", () => {
  const full = received(noMessages, range(0, 1500), false);
  const more = received(full, range(1500, 1510), false);
  assert.deepEqual([more.items.length, more.isCut, more.unseen], [1500, true, 1510]);
});

test("older messages come before, deleted ones go", () => {
  const list = prepended(received(noMessages, range(5, 8), true), {
    items: range(3, 6),
    next: "msg_000003",
  });
  assert.deepEqual([ids(list), list.hasOlder], [ids({ items: range(3, 8) }), true]);
  const rest = without(list, ({ author }) => author.id === "per_0");
  assert.deepEqual(
    ids(rest),
    [4, 5, 7].map((at) => message(at).id),
  );
});

/** The server's answer for a window, out of all messages. */
const all = range(0, 4_000);
const between = (from: number, to: number) =>
  all.filter(({ mediaAt }) => mediaAt >= from && mediaAt < to);
const before = (to: number, limit = 100) => {
  const items = between(0, to).slice(-limit);
  return { items, next: items.length === limit ? (items[0]?.id ?? null) : null };
};

/** Plays to a position as the page does. */
function play(held: ReplayWindow, position: number): ReplayWindow {
  const plan = planReplay(held, position);
  if (plan.do === "nothing") return held;
  if (plan.do === "extend") return extended(held, between(plan.from, plan.to), plan.to);
  return play(jumped(plan.to, before(plan.to)), position);
}

test("a replay shows all that was seen up to the player's place, and nothing that comes", () => {
  let held = noReplay;
  for (let seconds = 0; seconds < 900; seconds += 7) {
    const position = start + seconds * 1000;
    held = play(held, position);
    assert.deepEqual(
      ids({ items: seenAt(held, position) }),
      ids({ items: range(0, seconds + 1) }),
      `At ${seconds} s`,
    );
  }
});

test("skips, forward and back, leave no hole", () => {
  let held = noReplay;
  for (const seconds of [5, 200, 100, 3_000, 3_250, 20, 0, 1_799, 2_100, 1_500]) {
    const position = start + seconds * 1000;
    held = play(held, position);
    const seen = seenAt(held, position);
    const first = seen[0] === undefined ? 0 : Math.round((seen[0].mediaAt - start) / 1000);
    assert.deepEqual(ids({ items: seen }), ids({ items: range(first, seconds + 1) }));
    assert.ok(seen.length >= Math.min(100, seconds + 1), `At ${seconds} s: ${seen.length}`);
    assert.equal(held.hasOlder, first > 0);
  }
});

test("who scrolls up in a replay gets what was before", () => {
  const position = start + 3_000_000;
  let held = play(noReplay, position);
  while (held.hasOlder) held = lengthened(held, before(held.from, 700));
  assert.deepEqual(ids({ items: seenAt(held, position) }), ids({ items: range(0, 3_001) }));
});

test("a long replay holds so many messages", () => {
  let held = noReplay;
  for (let seconds = 0; seconds < 3_900; seconds += 30) held = play(held, start + seconds * 1000);
  assert.deepEqual([held.items.length, held.hasOlder], [1_500, true]);
});

test("addresses are followed as they are shown; what hides another is text", () => {
  assert.deepEqual(textParts("See https://oxbow.example/a?b=c#d, and (www.site.example)."), [
    { text: "See " },
    { text: "https://oxbow.example/a?b=c#d", href: "https://oxbow.example/a?b=c#d" },
    { text: ", and (" },
    { text: "www.site.example", href: "https://www.site.example/" },
    { text: ")." },
  ]);
  assert.deepEqual(textParts("https://w.example/River_(lake)"), [
    { text: "https://w.example/River_(lake)", href: "https://w.example/River_(lake)" },
  ]);
  for (const text of [
    "javascript:alert(1)",
    "https://bank.example@evil.example/",
    "http://localhost/",
    "data:text/html,hi",
    "https://",
    "<img src=x onerror=alert(1)>",
  ]) {
    assert.deepEqual(textParts(text), [{ text }]);
  }
});
