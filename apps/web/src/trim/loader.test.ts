import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { Loader } from "./loader.ts";

type Answer = PromiseWithResolvers<string | undefined> & { readonly signal: AbortSignal };

/** A loader of two at a time, whose requests are answered by hand. */
function byHand() {
  const asked = new Map<string, Answer>();
  const order: string[] = [];
  const loader = new Loader<{ readonly key: string }, string>({
    atOnce: 2,
    kept: 3,
    read: ({ key }, signal) => {
      const answer = { ...Promise.withResolvers<string | undefined>(), signal };
      signal.addEventListener("abort", () => answer.reject(signal.reason));
      asked.set(key, answer);
      order.push(key);
      return answer.promise;
    },
  });
  const want = (keys: string): void => loader.want(keys.split("").map((key) => ({ key })));
  const settle = async (act: () => void): Promise<void> => {
    act();
    for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
  };
  const give = (key: string): Promise<void> => settle(() => asked.get(key)?.resolve(key));
  const fail = (key: string): Promise<void> =>
    settle(() => asked.get(key)?.reject(new Error("no")));
  return { loader, order, want, give, fail, settle };
}

test("two at a time are loaded, in the order of the wishes, while somebody listens", async () => {
  const { loader, order, want, give } = byHand();
  want("abc");
  assert.deepEqual([order, loader.state], [[], "loading"]);
  loader.subscribe(() => undefined);
  assert.deepEqual(order, ["a", "b"]);
  await give("b");
  assert.deepEqual([order, loader.get("b"), loader.state], [["a", "b", "c"], "b", "loading"]);
  await give("a");
  await give("c");
  assert.equal(loader.state, "ready");
});

test("what is no longer wished for is given up, and did not fail", async () => {
  const { loader, order, want, give, settle } = byHand();
  loader.subscribe(() => undefined);
  want("ab");
  await settle(() => want("bc"));
  assert.deepEqual([order, loader.state], [["a", "b", "c"], "loading"]);
  await give("b");
  await give("c");
  assert.deepEqual([loader.get("a"), loader.state], [undefined, "ready"]);
});

test("who fails is left alone for a while, longer each time, and asked at once by hand", async (t) => {
  t.mock.method(console, "info", () => undefined);
  mock.timers.enable({ apis: ["setTimeout"] });
  try {
    const { loader, order, want, give, fail, settle } = byHand();
    loader.subscribe(() => undefined);
    want("abcdef");
    await fail("a");
    await fail("b");
    assert.deepEqual([order, loader.state], [["a", "b"], "failed"]);
    await settle(() => mock.timers.tick(2000));
    assert.deepEqual([order.slice(2), loader.state], [["a", "b"], "loading"]);
    await fail("a");
    await fail("b");
    await settle(() => mock.timers.tick(3999));
    assert.equal(order.length, 4);
    await settle(() => loader.retry());
    assert.deepEqual(order.slice(4), ["a", "b"]);
    await give("a");
    assert.deepEqual(order.slice(6), ["c"]);
  } finally {
    mock.timers.reset();
  }
});

test("what was used last is kept, and what is wished for", async () => {
  const { loader, want, give } = byHand();
  loader.subscribe(() => undefined);
  for (const key of "abc") {
    want(key);
    await give(key);
  }
  loader.get("a");
  want("d");
  await give("d");
  assert.deepEqual(
    ["a", "b", "c", "d"].map((key) => loader.get(key)),
    ["a", undefined, "c", "d"],
  );
});
