import assert from "node:assert/strict";
import { test } from "node:test";
import type { KnownUpdate, Topic } from "@oxbow/site-contract";
import { UpdatesTopics } from "./updates-topics.ts";

const now = 1_700_000_000_000;

const update = (id: number, topic: Topic = "home"): KnownUpdate => ({
  id,
  topic,
  type: "home.changed",
  data: { id: `vid_${id}` },
});

function listener(...topics: Topic[]) {
  const heard: number[] = [];
  let lost = 0;
  return {
    topics,
    heard,
    lost: () => lost,
    onUpdate: ({ id }: KnownUpdate) => void heard.push(id),
    onLost: () => void lost++,
  };
}

test("each listener hears its topics, each update once", () => {
  const topics = new UpdatesTopics();
  const [one, both] = [listener("home"), listener("home", "chat:vid_1")];
  topics.add(one, now);
  const stop = topics.add(both, now);
  topics.take([update(1), update(2, "chat:vid_1"), update(2, "chat:vid_1"), update(1)]);
  assert.deepEqual([one.heard, both.heard], [[1], [1, 2]]);
  stop();
  stop();
  topics.take([update(3)]);
  assert.deepEqual([one.heard, both.heard, topics.all()], [[1, 3], [1, 2], ["home"]]);
});

test("what was heard goes on where it was cut off; what was not begins anew", () => {
  const topics = new UpdatesTopics();
  topics.add(listener("home"), now);
  assert.equal(topics.resumption(), null);
  topics.hear(["home"], 7, { lost: false, now });
  topics.take([update(9)]);
  topics.add(listener("chat:vid_1"), now);
  assert.deepEqual(topics.resumption(), { listen: ["home"], after: 9 });
  topics.reach(12);
  topics.hear(["home", "chat:vid_1"], 12, { lost: false, now });
  assert.deepEqual(topics.resumption(), { listen: ["home", "chat:vid_1"], after: 12 });
  topics.refuse("chat:vid_1");
  assert.deepEqual(topics.resumption(), { listen: ["home"], after: 12 });
});

test("who may have missed something is told, and nobody else", () => {
  const topics = new UpdatesTopics();
  const [quick, late] = [listener("home"), listener("chat:vid_1")];
  topics.add(quick, now);
  topics.hear(["home"], 1, { lost: false, now: now + 9_000 });
  topics.add(late, now + 9_000);
  // Wanted eleven seconds ago: longer than a topic begins back, when the way there is counted.
  topics.hear(["home", "chat:vid_1"], 1, { lost: false, now: now + 20_000 });
  assert.deepEqual([quick.lost(), late.lost()], [0, 1]);
  topics.hear(["home", "chat:vid_1"], 5, { lost: true, now: now + 30_000 });
  assert.deepEqual([quick.lost(), late.lost()], [1, 2]);
});

test("after a database was put back, smaller ids are new", () => {
  const topics = new UpdatesTopics();
  const one = listener("home");
  topics.add(one, now);
  topics.hear(["home"], 100, { lost: false, now });
  topics.take([update(101)]);
  topics.hear(["home"], 40, { lost: true, now });
  topics.take([update(41)]);
  assert.deepEqual([one.heard, topics.resumption()?.after], [[101, 41], 41]);
});
