import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import { test } from "node:test";
import { OpenAnswers } from "./open-answers.ts";

const never = new Promise<never>(() => undefined);

function hold<T>(open: OpenAnswers, found: Promise<T>) {
  const response = new EventEmitter();
  const gone = new AbortController();
  return { response, gone, answer: open.hold(response, gone, found) };
}

test("an answer that comes in time is handed on, and nothing is left on the connection", async () => {
  const { response, gone, answer } = hold(new OpenAnswers(), Promise.resolve("media"));
  assert.equal(response.listenerCount("close"), 1);
  assert.equal(await answer, "media");
  assert.deepEqual([response.listenerCount("close"), gone.signal.aborted], [0, false]);
  const refused = hold(new OpenAnswers(), Promise.reject(new Error("no")));
  await assert.rejects(refused.answer, /no/);
  assert.equal(refused.response.listenerCount("close"), 0);
});

test("a viewer who leaves frees his wait, though what he waited for never comes", async () => {
  const { response, gone, answer } = hold(new OpenAnswers(), never);
  response.emit("close");
  await assert.rejects(answer, { code: "unavailable" });
  assert.equal(gone.signal.aborted, true);
});

test("ten thousand who wait are all answered when the server stops, and so is who comes later", async () => {
  const open = new OpenAnswers();
  const waiting = Array.from({ length: 10_000 }, () => hold(open, never));
  let closed = 0;
  const stream = { close: () => void closed++ };
  open.add(stream);
  open.release();
  const later = hold(open, never);
  const ends = await Promise.allSettled([...waiting, later].map(({ answer }) => answer));
  assert.ok(ends.every(({ status }) => status === "rejected"));
  assert.ok([...waiting, later].every(({ gone }) => gone.signal.aborted));
  open.add(stream);
  open.release();
  assert.equal(closed, 3);
});
