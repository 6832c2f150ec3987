import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { after, before, test } from "node:test";
import { millis } from "@oxbow/media";
import { pino } from "pino";
import { ownIdentity } from "./own-identity.ts";
import { selfSigned } from "./self-signed.ts";
import { identityFromFiles } from "./tls-identity.ts";

const DAY_MS = 86_400_000;
const NOW = Date.parse("2026-03-01T20:00:00.000Z");
const log = pino({ level: "silent" });

let folder = "";
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "oxbow-tls-"));
});
after(async () => {
  await rm(folder, { recursive: true });
});

async function openssl(...args: string[]): Promise<string> {
  const child = spawn("openssl", args);
  const [out, told] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return out + told;
}

test("RFC 5280: a certificate of our own says what it is for, and verifies", async () => {
  const { cert, key } = selfSigned(
    ["localhost", "127.0.0.1", "::1", "fd00::a:b"],
    NOW,
    NOW + DAY_MS,
  );
  const path = join(folder, "made.pem");
  await writeFile(path, cert);
  const time = String(NOW / 1000 + 60);
  assert.match(
    await openssl(
      "verify",
      "-x509_strict",
      "-attime",
      time,
      "-purpose",
      "sslserver",
      "-CAfile",
      path,
      path,
    ),
    /: OK/,
  );
  const told = await openssl("x509", "-in", path, "-noout", "-text");
  assert.match(told, /Version: 3/);
  assert.match(
    told,
    /DNS:localhost, IP Address:127\.0\.0\.1, IP Address:0:0:0:0:0:0:0:1, IP Address:FD00:0:0:0:0:0:A:B/,
  );
  assert.match(told, /Key Usage: critical\s+Digital Signature\n/);
  assert.match(told, /TLS Web Server Authentication/);
  const read = new X509Certificate(cert);
  assert.deepEqual(
    [read.checkHost("localhost"), read.checkIP("127.0.0.1"), read.checkIP("::1"), read.ca],
    ["localhost", "127.0.0.1", "::1", false],
  );
  assert.deepEqual([read.validFromDate.getTime(), read.validToDate.getTime()], [NOW, NOW + DAY_MS]);
  assert.ok(key.startsWith("-----BEGIN PRIVATE KEY-----\n"));
  const late = new X509Certificate(selfSigned(["a"], NOW, Date.parse("2051-01-02T03:04:05Z")).cert);
  assert.equal(late.validToDate.toISOString(), "2051-01-02T03:04:05.000Z");
});

test("the server's own pair is kept, for its owner alone, and made anew before it ends", async () => {
  const place = join(folder, "own");
  const at = (now: number) => ownIdentity(place, { now: () => millis(now), log });
  using first = await at(NOW);
  using again = await at(NOW + 59 * DAY_MS);
  assert.deepEqual(again.current, first.current);
  assert.equal((await stat(join(place, "key.pem"))).mode & 0o777, 0o600);
  using renewed = await at(NOW + 61 * DAY_MS);
  assert.notEqual(renewed.current.cert, first.current.cert);
  const { validToDate } = new X509Certificate(renewed.current.cert);
  assert.equal(validToDate.getTime(), NOW + 151 * DAY_MS);
  // A key that is not the certificate's, as a crash between the two leaves it.
  await writeFile(join(place, "key.pem"), first.current.key);
  using mended = await at(NOW + 61 * DAY_MS);
  assert.notEqual(mended.current.cert, renewed.current.cert);
});

test("files that change are taken up again; a pair that does not fit is not", async () => {
  const files = { cert: join(folder, "cert.pem"), key: join(folder, "key.pem") };
  const put = async (cert: string, key: string) => {
    await writeFile(files.cert, cert);
    await writeFile(files.key, key);
  };
  const [one, two] = [selfSigned(["a"], NOW, NOW + DAY_MS), selfSigned(["b"], NOW, NOW + DAY_MS)];
  await put(one.cert, one.key);
  using identity = await identityFromFiles(files, { log }, 10);
  assert.deepEqual(identity.current, one);
  const changed = new Promise((resolve) => identity.onChange(resolve));
  await writeFile(files.cert, two.cert);
  await assert.rejects(
    identityFromFiles(files, { log }),
    /OXBOW_TLS_CERT=.*OXBOW_TLS_KEY=.*mismatch/,
  );
  await writeFile(files.key, two.key);
  assert.deepEqual(await changed, two);
  assert.equal(identity.current.cert, await readFile(files.cert, "utf8"));
});

test("a file that is empty, as one that is being written is, is no certificate and no key", async () => {
  const { cert, key } = selfSigned(["a"], NOW, NOW + DAY_MS);
  const files = { cert: join(folder, "half.pem"), key: join(folder, "half-key.pem") };
  for (const [certNow, keyNow] of [
    [cert, ""],
    ["", key],
  ] as const) {
    await writeFile(files.cert, certNow);
    await writeFile(files.key, keyNow);
    await assert.rejects(identityFromFiles(files, { log }), /Cannot use OXBOW_TLS_CERT=/);
  }
});

test("files that can't be read name their setting", async () => {
  const key = join(folder, "made.pem");
  const missing = { cert: join(folder, "none.pem"), key };
  await assert.rejects(
    identityFromFiles(missing, { log }),
    /Cannot read OXBOW_TLS_CERT=.*none\.pem/,
  );
  const noKey = { cert: key, key: join(folder, "none.pem") };
  await assert.rejects(identityFromFiles(noKey, { log }), /Cannot read OXBOW_TLS_KEY=/);
});
