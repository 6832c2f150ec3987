import assert from "node:assert/strict";
import { test } from "node:test";
import { SyncGate } from "./sync-gate.ts";

test("those who are first are let in before the others, each in turn", async () => {
  const gate = new SyncGate(1);
  const order: string[] = [];
  const open = Promise.withResolvers<void>();
  const sync = (name: string, first: boolean): Promise<void> =>
    gate.run(async () => {
      order.push(name);
      await open.promise;
    }, first);
  const all = [
    sync("running", false),
    sync("rendition", false),
    sync("source", true),
    sync("another source", true),
  ];
  open.resolve();
  await Promise.all(all);
  assert.deepEqual(order, ["running", "source", "another source", "rendition"]);
});

test("one that fails lets the next one in", async () => {
  const gate = new SyncGate(1);
  const failed = gate.run(() => Promise.reject(new Error("EIO")));
  const next = gate.run(async () => {});
  await assert.rejects(failed, { message: "EIO" });
  await next;
});
