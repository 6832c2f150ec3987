import assert from "node:assert/strict";
import { Socket } from "node:net";
import { test } from "node:test";
import { clientAddress, trustedRange } from "./client-address.ts";

class Connection extends Socket {
  override readonly remoteAddress: string;
  constructor(address: string) {
    super();
    this.remoteAddress = address;
  }
}

const of = clientAddress(["127.0.0.0/8", "::1", "10.1.0.0/16", "fd00::/8"]);
const from = (address: string, headers: Record<string, string> = {}) =>
  of({ headers, socket: new Connection(address) });
const xff = (value: string) => ({ "x-forwarded-for": value });

test("without a proxy that is trusted the connection says where a viewer is", () => {
  assert.equal(from("203.0.113.9"), "203.0.113.9");
  assert.equal(from("203.0.113.9", xff("198.51.100.1")), "203.0.113.9");
  assert.equal(from("203.0.113.9", { forwarded: "for=198.51.100.1" }), "203.0.113.9");
  assert.equal(from("::ffff:203.0.113.9"), "203.0.113.9");
  assert.equal(from("127.0.0.1"), "127.0.0.1");
});

test("a trusted proxy's word is taken, as far back as the proxies are trusted", () => {
  assert.equal(from("127.0.0.1", xff("198.51.100.1")), "198.51.100.1");
  assert.equal(from("::ffff:127.0.0.1", xff("198.51.100.1")), "198.51.100.1");
  assert.equal(from("::1", xff("203.0.113.7, 198.51.100.1, 10.1.2.3")), "198.51.100.1");
  assert.equal(from("fd12::1", xff("10.1.9.9, 10.1.2.3")), "10.1.9.9");
  assert.equal(from("127.0.0.1", xff("198.51.100.1:4711")), "198.51.100.1");
  assert.equal(from("127.0.0.1", xff("[2001:db8::7]:4711")), "2001:db8::7");
});

test("what is no address says nothing, and neither does what stands before it", () => {
  assert.equal(from("127.0.0.1", xff("198.51.100.1, unknown")), "127.0.0.1");
  assert.equal(from("127.0.0.1", xff("198.51.100.1, unknown, 10.1.0.4")), "10.1.0.4");
  assert.equal(from("127.0.0.1", xff("")), "127.0.0.1");
  assert.equal(from("127.0.0.1", xff(",,,")), "127.0.0.1");
});

test("RFC 7239 §4: Forwarded is read where X-Forwarded-For is not sent", () => {
  const told = (forwarded: string) => from("127.0.0.1", { forwarded });
  assert.equal(told("for=198.51.100.1;proto=https;by=203.0.113.43"), "198.51.100.1");
  assert.equal(told('For="[2001:db8:cafe::17]:4711"'), "2001:db8:cafe::17");
  assert.equal(told('host="a,b;for=1.1.1.1"; for=198.51.100.1, for=10.1.2.3'), "198.51.100.1");
  assert.equal(told("for=198.51.100.1, for=_hidden"), "127.0.0.1");
  assert.equal(told("proto=https"), "127.0.0.1");
  const both = { ...xff("198.51.100.1"), forwarded: "for=192.0.2.1" };
  assert.equal(from("127.0.0.1", both), "198.51.100.1");
});

test("ranges are addresses with as many bits as they can have", () => {
  assert.deepEqual(trustedRange(" 10.0.0.0/8 "), { address: "10.0.0.0", bits: 8, family: "ipv4" });
  assert.deepEqual(trustedRange("::1"), { address: "::1", bits: 128, family: "ipv6" });
  for (const text of ["", "10.0.0.0/33", "10.0.0/8", "localhost", "::1/129", "1.1.1.1/x"])
    assert.equal(trustedRange(text), undefined, text);
  assert.throws(() => clientAddress(["proxy"]), /"proxy" is no address/);
});
