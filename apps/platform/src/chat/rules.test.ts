import assert from "node:assert/strict";
import { test } from "node:test";
import { hasBlockedWord, mayModerate, mediaTime, nextAt, refusalOf, type Writer } from "./rules.ts";

const now = 1_700_000_000_000;
const open = { rules: { on: true, slowSeconds: 0, words: [] as string[] }, isOver: false };
const anyone: Writer = { role: null, ban: null, recent: [] };
const said = (...ago: readonly number[]) =>
  ago.map((seconds, at) => ({ at: now - seconds * 1000, text: `Message ${at}` }));

test("anybody who is signed in may write in an open room", () => {
  assert.equal(refusalOf(open, anyone, "Hello", now), null);
});

test("a room that is over is over for everybody; one that is off, for the audience", () => {
  const off = { ...open, rules: { ...open.rules, on: false } };
  assert.equal(refusalOf(off, anyone, "Hello", now), "chat_off");
  assert.equal(refusalOf(off, { ...anyone, role: "moderator" }, "Hello", now), null);
  const over = { ...open, isOver: true };
  assert.equal(refusalOf(over, { ...anyone, role: "owner" }, "Hello", now), "chat_over");
});

test("a time-out ends by itself, a ban does not", () => {
  const until = { ...anyone, ban: { until: now + 1 } };
  assert.equal(refusalOf(open, until, "Hello", now), "timed_out");
  assert.equal(refusalOf(open, until, "Hello", now + 1), null);
  assert.equal(refusalOf(open, { ...anyone, ban: { until: null } }, "Hello", now), "banned");
});

test("slow mode counts from one's last message, and not for moderators", () => {
  const slow = { ...open, rules: { ...open.rules, slowSeconds: 30 } };
  const wrote = { ...anyone, recent: said(29) };
  assert.equal(refusalOf(slow, wrote, "Hello", now), "slow_mode");
  assert.equal(nextAt(slow.rules, wrote, now), now + 1000);
  assert.equal(refusalOf(slow, wrote, "Hello", now + 1000), null);
  assert.equal(refusalOf(slow, { ...wrote, role: "moderator" }, "Hello", now), null);
});

test("five messages in ten seconds are enough, whoever writes them", () => {
  const fast = { ...anyone, recent: said(1, 2, 3, 4, 9) };
  assert.equal(refusalOf(open, fast, "Hello", now), "too_fast");
  assert.equal(refusalOf(open, { ...fast, role: "owner" }, "Hello", now), "too_fast");
  assert.equal(refusalOf(open, { ...anyone, recent: said(1, 2, 3, 4, 10) }, "Hello", now), null);
});

test("the same again says nothing new, however it is written", () => {
  const wrote = { ...anyone, recent: [{ at: now - 29_000, text: "Olá,  MUNDO" }] };
  assert.equal(refusalOf(open, wrote, "ola, mundo ", now), "duplicate");
  assert.equal(refusalOf(open, wrote, "ola, mundo", now + 1000), null);
});

test("blocked words are words: without case and accents, and no part of another", () => {
  const words = ["Dragão", "free money", "🤡"];
  const blocked = (text: string) => hasBlockedWord(text, words);
  assert.deepEqual(
    [
      "a DRAGAO!",
      "dragão",
      "get free... money now",
      "🤡",
      "dragaozinho",
      "carefree money",
      "🙂",
    ].map(blocked),
    [true, true, true, true, false, false, false],
  );
  const room = { ...open, rules: { ...open.rules, words } };
  assert.equal(refusalOf(room, anyone, "dragão", now), "blocked_word");
  assert.equal(refusalOf(room, { ...anyone, role: "moderator" }, "dragão", now), null);
});

test("a message is about what its author sees, where that is about live", () => {
  assert.equal(mediaTime(now - 8_000, now), now - 8_000);
  assert.equal(mediaTime(now - 3_600_000, now), now);
  assert.equal(mediaTime(now + 3_600_000, now), now);
  assert.equal(mediaTime(undefined, now), now);
});

test("moderators moderate the audience; the owner them; operators everybody", () => {
  const roles = ["operator", "owner", "moderator", null] as const;
  assert.deepEqual(
    roles.map((by) => roles.map((whom) => mayModerate(by, whom))),
    [
      [false, true, true, true],
      [false, false, true, true],
      [false, false, false, true],
      [false, false, false, false],
    ],
  );
});
