import assert from "node:assert/strict";
import { test } from "node:test";
import { MalformedInput } from "@oxbow/media";
import * as fc from "fast-check";
import { ClientHandshake, ServerHandshake } from "./handshake.ts";
import { findDigest, PACKET, secondSignature, signFirst } from "./handshake-digest.ts";

test("RTMP 1.0 §5.2: the simple handshake echoes C1, and bytes behind C2 are handed on", () => {
  const client = new ClientHandshake("simple");
  const server = new ServerHandshake();
  const { reply, rest } = server.push(client.hello);
  assert.equal(rest, undefined);
  assert.equal(reply?.length, 1 + 2 * PACKET);
  assert.equal(reply?.readUInt8(0), 3);
  assert.deepEqual(reply?.subarray(1 + PACKET), client.hello.subarray(1));
  const answered = client.push(reply);
  assert.deepEqual(answered.reply, reply.subarray(1, 1 + PACKET));
  const end = server.push(Buffer.concat([answered.reply ?? Buffer.alloc(0), Buffer.from("next")]));
  assert.deepEqual(end.rest, Buffer.from("next"));
});

for (const scheme of [0, 1] as const) {
  test(`complex handshake, digest scheme ${scheme}: both sides sign, and the client checks S2`, () => {
    const client = new ClientHandshake(scheme);
    const server = new ServerHandshake();
    const { reply } = server.push(client.hello);
    assert.ok(reply);
    const s1 = reply.subarray(1, 1 + PACKET);
    const found = findDigest(s1, "server");
    assert.equal(found?.scheme, scheme);
    const answered = client.push(reply);
    assert.ok(answered.reply && found);
    assert.deepEqual(
      secondSignature(answered.reply, found.digest, "client"),
      answered.reply.subarray(-32),
    );
    assert.deepEqual(server.push(answered.reply), { rest: Buffer.alloc(0) });

    const forged = Buffer.from(reply);
    forged[2000] = (forged[2000] ?? 0) ^ 1;
    const again = new ClientHandshake(scheme);
    const known = Buffer.from(again.hello.subarray(1));
    assert.ok(findDigest(known, "client"));
    assert.throws(() => again.push(forged), /S2 is not signed for C1/);
  });
}

test("a C1 with a version but no digest is answered simply", () => {
  const hello = new ClientHandshake(1).hello;
  hello[900] = (hello[900] ?? 0) ^ 1;
  hello[100] = (hello[100] ?? 0) ^ 1;
  const { reply } = new ServerHandshake().push(hello);
  assert.deepEqual(reply?.subarray(1 + PACKET), hello.subarray(1));
});

test("the place of a digest depends on the packet, wherever its sum points to", () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: PACKET, maxLength: PACKET }), (bytes) => {
      for (const scheme of [0, 1] as const) {
        const packet = Buffer.from(bytes);
        const digest = signFirst(packet, scheme, "client");
        assert.deepEqual(findDigest(packet, "client"), { scheme, digest });
      }
    }),
    { numRuns: 50 },
  );
});

test("RTMP 1.0 §5.2.2: a client of another version is answered with 3, text is refused", () => {
  const hello = new ClientHandshake("simple").hello;
  hello[0] = 6;
  assert.equal(new ServerHandshake().push(hello).reply?.readUInt8(0), 3);
  assert.throws(
    () => new ServerHandshake().push(Buffer.from("GET / HTTP/1.1\r\n")),
    MalformedInput,
  );
});

test("property: random chunking changes neither the reply nor the rest", () => {
  const input = Buffer.concat([
    new ClientHandshake(0).hello,
    Buffer.alloc(PACKET, 7),
    Buffer.from("behind"),
  ]);
  fc.assert(
    fc.property(fc.infiniteStream(fc.integer({ min: 1, max: 2000 })), (cuts) => {
      const server = new ServerHandshake();
      let replies = 0;
      const rest: Buffer[] = [];
      let over = false;
      for (let at = 0; at < input.length; ) {
        const piece = input.subarray(at, at + (cuts.next().value ?? 1));
        at += piece.length;
        if (over) rest.push(piece);
        else {
          const step = server.push(piece);
          if (step.reply !== undefined) replies += 1;
          if (step.rest !== undefined) {
            over = true;
            rest.push(step.rest);
          }
        }
      }
      assert.equal(replies, 1);
      assert.equal(Buffer.concat(rest).toString(), "behind");
    }),
  );
});
