import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { BadSettings } from "@oxbow/settings";
import { readSettings } from "./settings.ts";

const folder = mkdtempSync(join(tmpdir(), "oxbow-settings-"));
after(() => rmSync(folder, { recursive: true }));

test("nothing has to be set", () => {
  const settings = readSettings({}, "/nowhere");
  assert.equal(settings.httpPort, 8080);
  assert.equal(settings.rtmpPort, 1935);
  assert.equal(settings.data, "/nowhere/data");
});

test("the environment wins over the file, and the file over the defaults", () => {
  writeFileSync(join(folder, "oxbow.json"), JSON.stringify({ httpPort: 81, rtmpPort: 82 }));
  const settings = readSettings({ OXBOW_HTTP_PORT: "0" }, folder);
  assert.deepEqual([settings.httpPort, settings.rtmpPort], [0, 82]);
});

test("what is in force is told with its origin, and secrets are not", () => {
  writeFileSync(join(folder, "oxbow.json"), JSON.stringify({ rtmpPort: 82 }));
  const { told } = readSettings({ OXBOW_API_KEY: "a-key-that-nobody-sees" }, folder);
  const of = (name: string) => told.find((setting) => setting.name === name);
  assert.deepEqual(of("rtmpPort"), {
    name: "rtmpPort",
    variable: "OXBOW_RTMP_PORT",
    origin: "file",
    value: "82",
    isSet: true,
    isSecret: false,
  });
  assert.deepEqual([of("data")?.value, of("data")?.origin], [join(folder, "data"), "default"]);
  assert.ok(!JSON.stringify(told).includes("nobody-sees"));
});

test("every problem is told at once, by the name of its setting", () => {
  writeFileSync(join(folder, "oxbow.json"), JSON.stringify({ rtmpPort: "x", colour: 1 }));
  const environment = { OXBOW_HTTP_PORT: "99999", OXBOW_STORAGE: "s3://bucket" };
  assert.throws(
    () => readSettings(environment, folder),
    (error) => {
      assert.ok(error instanceof BadSettings);
      for (const name of ["OXBOW_HTTP_PORT", "OXBOW_RTMP_PORT", "OXBOW_STORAGE", "colour"]) {
        assert.match(error.message, new RegExp(name));
      }
      return true;
    },
  );
});

test("a file that is not JSON is told by its path", () => {
  writeFileSync(join(folder, "oxbow.json"), "{");
  assert.throws(() => readSettings({}, folder), /oxbow\.json is not JSON/);
});

test("TLS is off unless a port or a certificate is set, and a certificate needs its key", () => {
  const read = (environment: Record<string, string>) => readSettings(environment, "/nowhere");
  assert.equal(read({}).httpsPort, undefined);
  assert.equal(read({ OXBOW_HTTPS_PORT: "0" }).httpsPort, 0);
  const pair = read({ OXBOW_TLS_CERT: "tls/cert.pem", OXBOW_TLS_KEY: "/etc/key.pem" });
  assert.deepEqual(
    [pair.httpsPort, pair.tlsCert, pair.tlsKey],
    [8443, "/nowhere/tls/cert.pem", "/etc/key.pem"],
  );
  const half = { OXBOW_TLS_CERT: "cert.pem", OXBOW_HTTPS_PORT: "x" };
  assert.throws(
    () => read(half),
    /OXBOW_HTTPS_PORT[^]*OXBOW_TLS_KEY: must be set where OXBOW_TLS_CERT is/,
  );
  assert.throws(() => read({ OXBOW_TLS_KEY: "key.pem" }), /OXBOW_TLS_CERT: must be set/);
});

test("transcoders are as many as the machine has processors, and have their limits", () => {
  const { transcoders, transcodeNice, transcodeMemory, transcodeExports } = readSettings({}, "/n");
  assert.deepEqual(
    [transcoders, transcodeNice, transcodeMemory, transcodeExports],
    [availableParallelism(), 5, 2 * 2 ** 30, 1],
  );
  const wrong = {
    OXBOW_TRANSCODERS: "-1",
    OXBOW_TRANSCODE_NICE: "20",
    OXBOW_TRANSCODE_MEMORY: "1000",
    OXBOW_TRANSCODE_EXPORTS: "0",
  };
  assert.throws(
    () => readSettings(wrong, "/nowhere"),
    (error) =>
      error instanceof BadSettings &&
      Object.keys(wrong).every((name) => error.message.includes(`- ${name}=`)),
  );
  assert.equal(readSettings({ OXBOW_TRANSCODERS: "0" }, "/nowhere").transcoders, 0);
});

test("proxies that are trusted are addresses and ranges; loopback unless told", () => {
  const read = (OXBOW_TRUSTED_PROXIES: string) =>
    readSettings({ OXBOW_TRUSTED_PROXIES }, "/nowhere").trustedProxies;
  assert.deepEqual(readSettings({}, "/nowhere").trustedProxies, ["127.0.0.0/8", "::1"]);
  assert.deepEqual(read("10.0.0.0/8, fd00::/8 192.0.2.1"), ["10.0.0.0/8", "fd00::/8", "192.0.2.1"]);
  assert.throws(() => read("10.0.0.0/8, proxy"), /OXBOW_TRUSTED_PROXIES=.*must be addresses/);
});
