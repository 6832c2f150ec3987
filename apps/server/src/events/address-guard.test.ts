import assert from "node:assert/strict";
import { test } from "node:test";
import { checkSinkUrl, guardedLookup, isAllowedAddress } from "./address-guard.ts";

test("a sink may stand on the internet, in the private network and on this machine", () => {
  const urls = [
    "https://platform.test/hooks?a=1",
    "http://127.0.0.1:3000/",
    "http://localhost/",
    "http://10.1.2.3/",
    "http://192.168.0.7/",
    "http://[::1]:80/",
    "http://[2001:db8::1]/",
  ];
  for (const url of urls) checkSinkUrl(url);
});

test("a sink may not stand on a link-local address, however that is written", () => {
  const urls = [
    "http://169.254.169.254/latest/meta-data",
    "http://2852039166/",
    "http://0xA9FEA9FE/",
    "http://0251.0376.0251.0376/",
    "http://[::ffff:169.254.169.254]/",
    "http://[fe80::1]/",
    "http://[fd00:ec2::254]/",
    "http://0.0.0.0/",
    "http://224.0.0.1/",
  ];
  for (const url of urls) {
    assert.throws(() => checkSinkUrl(url), { code: "invalid_request", field: "url" }, url);
  }
});

test("a sink's URL is absolute, http or https, without a user", () => {
  for (const url of ["/hooks", "ftp://a.test/", "file:///etc/passwd", "http://u:p@a.test/"]) {
    assert.throws(() => checkSinkUrl(url), { code: "invalid_request", field: "url" }, url);
  }
});

test("a name that leads to an allowed address is resolved, one or all", async () => {
  const one = Promise.withResolvers<unknown>();
  guardedLookup("localhost", { family: 4 }, (error, address) =>
    error === null ? one.resolve(address) : one.reject(error),
  );
  assert.equal(await one.promise, "127.0.0.1");
  const all = Promise.withResolvers<unknown>();
  guardedLookup("localhost", { family: 4, all: true }, (error, addresses) =>
    error === null ? all.resolve(addresses) : all.reject(error),
  );
  assert.deepEqual(await all.promise, [{ address: "127.0.0.1", family: 4 }]);
});

test("a name that leads to a refused address is refused", async () => {
  // The resolver answers an address for its own text, as it would for a name.
  const refused = Promise.withResolvers<string>();
  guardedLookup("169.254.169.254", {}, (error) => refused.resolve(error?.message ?? "resolved"));
  assert.match(await refused.promise, /link-local or reserved/);
  assert.equal(isAllowedAddress("169.253.255.255"), true);
});
