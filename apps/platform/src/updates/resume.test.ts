import assert from "node:assert/strict";
import { array, asyncProperty, assert as check, nat, oneof, record } from "fast-check";
import { storeTest } from "../store/store-for-tests.ts";
import { tellUpdate } from "./tell-update.ts";
import { serveUpdates, type TestPage } from "./updates-for-tests.ts";

/** What a page that comes back says it has seen. */
function seen(page: TestPage): number {
  return page.heard.reduce((newest, said) => {
    if ("updates" in said) return Math.max(newest, ...said.updates.map(({ id }) => id));
    return "last" in said ? Math.max(newest, said.last) : newest;
  }, 0);
}

/** Steps: something is told of one of the topics, some at once; or the connection of one reader is cut. */
const step = oneof(
  {
    weight: 4,
    arbitrary: record({ tell: array(nat(2), { minLength: 1, maxLength: 5 }) }),
  },
  { weight: 1, arbitrary: record({ cut: nat(1) }) },
);

const topicOf = (at: number) => `chat:vid_${at}` as const;

storeTest("wherever connections are cut, each update comes once and in order", async (on) => {
  const { store, world } = on;
  await using server = await serveUpdates(store, world);
  let told = 0;
  await check(
    asyncProperty(array(step, { minLength: 10, maxLength: 25 }), async (steps) => {
      // One reader of all topics, and one of two of them.
      const listens = [[0, 1, 2].map(topicOf), [0, 2].map(topicOf)];
      const from = told;
      const underWay: Promise<void>[] = [];
      const heard: number[][] = [[], []];
      const open = async (at: number, after: number) => {
        const page = await server.open();
        page.say({ listen: listens[at] ?? [], after });
        return page;
      };
      const pages = await Promise.all([open(0, from), open(1, from)]);
      for (const one of steps) {
        if ("cut" in one) {
          const page = pages[one.cut];
          assert.ok(page);
          page.cut();
          heard[one.cut]?.push(...page.updates.map(({ id }) => id));
          pages[one.cut] = await open(
            one.cut,
            Math.max(from, ...(heard[one.cut] ?? []), seen(page)),
          );
          continue;
        }
        const telling = one.tell.map((at) => {
          const topic = topicOf(at);
          return store.commit((tx) => tellUpdate(tx, world, { topic, type: "told", data: null }));
        });
        told += telling.length;
        underWay.push(...telling);
        // Some cuts come while commits are under way.
        if (one.tell.length < 3) await Promise.all(telling);
      }
      await Promise.all(underWay);
      const ids = await store.db
        .selectFrom("updates")
        .select(["id", "topic"])
        .where("id", ">", from)
        .orderBy("id")
        .execute();
      assert.equal(ids.at(-1)?.id ?? from, told);
      for (const [at, page] of pages.entries()) {
        const topics: readonly string[] = listens[at] ?? [];
        const expected = ids.filter(({ topic }) => topics.includes(topic)).map(({ id }) => id);
        const all = () => [...(heard[at] ?? []), ...page.updates.map(({ id }) => id)];
        await page.until(() => all().length >= expected.length);
        assert.deepEqual(all(), expected);
        page.cut();
      }
    }),
    { numRuns: 8 },
  );
});
