import assert from "node:assert/strict";
import { test } from "node:test";
import { hostOf } from "./encoder-address.ts";

test("an address is compared without its port, and however it was written", () => {
  const written = {
    "192.0.2.7:51234": "192.0.2.7",
    "192.0.2.7": "192.0.2.7",
    "::ffff:192.0.2.7": "192.0.2.7",
    "[::ffff:192.0.2.7]:51234": "192.0.2.7",
    "[2001:db8::7]:51234": "2001:db8::7",
    "2001:db8::7": "2001:db8::7",
    "::1": "127.0.0.1",
    "[::1]:51234": "127.0.0.1",
    "127.0.0.1:51234": "127.0.0.1",
  };
  const read = Object.keys(written).map((address) => [address, hostOf(address)]);
  assert.deepEqual(Object.fromEntries(read), written);
});
