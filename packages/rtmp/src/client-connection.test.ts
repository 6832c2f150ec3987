import assert from "node:assert/strict";
import { test } from "node:test";
import { ChunkDecoder } from "./chunk-decoder.ts";
import { ChunkEncoder } from "./chunk-encoder.ts";
import { ClientConnection } from "./client-connection.ts";
import { commandMessage, readCommand } from "./command.ts";
import { setPeerBandwidth, userControlMessage, windowAckSize } from "./control-messages.ts";
import { ServerHandshake } from "./handshake.ts";
import { messageType } from "./message.ts";

/** A client's connection whose server is played by the test. What it says is kept as text. */
function played(): {
  client: ClientConnection;
  server: ChunkEncoder;
  said: string[];
  received: () => number;
} {
  const said: string[] = [];
  const decoder = new ChunkDecoder(
    {
      limit: () => 1e6,
      message: (type, _streamId, _timestamp, body) =>
        said.push(
          type === messageType.command
            ? readCommand(type, body).name
            : `type ${type}: ${body.toString("hex")}`,
        ),
    },
    { chunkStreams: 64, bufferedBytes: 1e6 },
  );
  const handshake = new ServerHandshake();
  let shaken = false;
  const client = new ClientConnection({
    app: "live",
    key: "KEY",
    tcUrl: "rtmp://h/live",
    handshake: "simple",
    chunkSize: 4096,
    encoder: new ChunkEncoder(),
    connect: {},
    onStatus: undefined,
    send: (bytes) => {
      if (shaken) return decoder.push(bytes);
      const { reply, rest } = handshake.push(bytes);
      shaken = rest !== undefined;
      if (reply !== undefined) client.push(reply);
    },
  });
  let received = 0;
  const push = client.push.bind(client);
  client.push = (bytes) => {
    received += bytes.length;
    push(bytes);
  };
  client.begin();
  return { client, server: new ChunkEncoder(), said, received: () => received };
}

test("a publisher asks for each step when the one before is answered", async () => {
  const { client, server, said } = played();
  assert.deepEqual(said, ["connect"]);
  client.push(commandMessage(server, 0, "_result", 1, null, { code: "x" }));
  assert.deepEqual(said.slice(1), ["releaseStream", "FCPublish", "createStream"]);
  client.push(commandMessage(server, 0, "_result", 4, null, 7));
  assert.deepEqual(said.slice(4), ["publish"]);
  assert.equal(client.streamId, 7);
  const start = { level: "status", code: "NetStream.Publish.Start", description: "" };
  client.push(commandMessage(server, 7, "onStatus", 0, null, start));
  await client.published;
  client.unpublish();
  client.unpublish();
  assert.deepEqual(said.slice(5), ["FCUnpublish", "deleteStream"]);
});

test("RTMP 1.0 §5.4.3 to §5.4.5, §7.1.7: a publisher acknowledges, says its window, answers pings", () => {
  const { client, server, said, received } = played();
  client.push(setPeerBandwidth(server, 100_000));
  client.push(userControlMessage(server, "pingRequest", 42));
  assert.deepEqual(said.slice(1), ["type 5: 000186a0", "type 4: 00070000002a"]);
  client.push(windowAckSize(server, 3000));
  assert.deepEqual(said.slice(3), [`type 3: ${received().toString(16).padStart(8, "0")}`]);
});

test("a refused connect and a lost connection reject the publish", async () => {
  const refused = played();
  const why = {
    level: "error",
    code: "NetConnection.Connect.Rejected",
    description: "no such app",
  };
  refused.client.push(commandMessage(refused.server, 0, "_error", 1, null, why));
  await assert.rejects(refused.client.published, /NetConnection.Connect.Rejected: no such app/);
  const lost = played();
  lost.client.lost(new Error("gone"));
  await assert.rejects(lost.client.published, /gone/);
});
