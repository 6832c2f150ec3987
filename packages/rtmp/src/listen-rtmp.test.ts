import assert from "node:assert/strict";
import { test } from "node:test";
import { aacHeader, avcHeader, EcmaArray } from "@oxbow/containers";
import { listenRtmp } from "./listen-rtmp.ts";
import { publishRtmp } from "./publish-rtmp.ts";
import { TestReceiver } from "./test-receiver.ts";

test("a session: connect, publish, data, media, clean unpublish", async () => {
  const receiver = new TestReceiver();
  await using server = await listenRtmp({ port: 0, host: "127.0.0.1", admit: receiver.admit });
  const publisher = await publishRtmp({ url: `rtmp://127.0.0.1:${server.port}/live/KEY?a=b` });
  publisher.data("onMetaData", new EcmaArray({ encoder: "test" }));
  publisher.send("audio", 10, Buffer.concat([aacHeader("frame"), Buffer.from("a")]));
  publisher.send("video", 20, Buffer.concat([avcHeader("frame", true), Buffer.alloc(10_000, 7)]));
  await publisher.close();
  await receiver.closed;
  assert.deepEqual(receiver.log, [
    {
      admit: {
        app: "live",
        streamKey: "KEY",
        query: "a=b",
        encoder: "FMLE/3.0 (compatible; Oxbow)",
      },
    },
    { metadata: { encoder: "test" } },
    { audio: 10, bytes: 3 },
    { video: 20, bytes: 10_005 },
    { close: "unpublish" },
  ]);
});
