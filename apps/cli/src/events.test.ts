import assert from "node:assert/strict";
import { test } from "node:test";
import { run } from "./run.ts";
import { exportEvent, fakeServer, runWith, testIo } from "./run-for-tests.ts";

const event = (sequence: number) => ({
  ...Object(exportEvent("dvr_mp4_export_start", { attempt: 1 })),
  sequence,
});

test("the log is told line by line, or as one JSON array", async () => {
  const asked: string[] = [];
  await using server = await fakeServer({
    "GET /events": ({ url }) => {
      asked.push(url.search);
      return { items: [event(1), event(2), event(3)], next: "3" };
    },
  });
  const argv = ["events", "list", "--limit", "2", "--stream", "story", "--after", "0"];
  const { out } = await runWith(server, ...argv);
  const line = 'dvr_mp4_export_start story {"export":"exp_1","attempt":1}';
  assert.equal(out, `2026-03-01T20:00:00.000Z 1 ${line}\n2026-03-01T20:00:00.000Z 2 ${line}\n`);
  assert.deepEqual(asked, ["?after=0&stream=story&limit=2"]);
  const json = JSON.parse((await runWith(server, ...argv, "--json")).out);
  assert.deepEqual(json, [event(1), event(2)]);
});

test("following tells each event at once, one JSON line each, until Ctrl-C", async () => {
  await using server = await fakeServer({});
  const io = testIo({ OXBOW_URL: server.url, OXBOW_API_KEY: "k" });
  let lines = 0;
  const counting = {
    ...io,
    out: {
      ...io.out,
      write(text: string) {
        io.out.write(text);
        lines++;
        if (lines === 2) io.interrupt();
      },
    },
  };
  server.tell(event(1), event(2));
  const argv = ["events", "follow", "--after", "0", "--json"];
  assert.equal(await run(argv, counting), 0);
  const told = io.told().out.trimEnd().split("\n");
  assert.deepEqual(
    told.map((line) => JSON.parse(line)),
    [event(1), event(2)],
  );
});
