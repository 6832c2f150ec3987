import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before } from "node:test";
import { promisify } from "node:util";
import { Fault } from "@oxbow/contract";
import { plus } from "@oxbow/media";
import { Assets } from "../assets/index.ts";
import { assetStore } from "./asset-store.ts";
import { type OnDatabase, onBothDatabases } from "./databases-for-tests.ts";
import type { Tx } from "./store.ts";
import { uploadStore } from "./upload-store.ts";

const { test } = await onBothDatabases();
const DAY_MS = 86_400_000;
let folder: string;
let clip: Buffer;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "oxbow-uploads-"));
  const path = join(folder, "clip.mp4");
  const picture = ["-f", "lavfi", "-i", "testsrc2=size=160x90:rate=25:duration=1"];
  const x264 = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"];
  await promisify(execFile)("ffmpeg", ["-v", "error", ...picture, ...x264, path]);
  clip = await readFile(path);
});
after(() => rm(folder, { recursive: true, force: true }));

type Opened = AsyncDisposable & { readonly assets: Assets<Tx>; readonly root: string };

/** The catalogue on this database, in a folder that may have been used before. */
async function opened({ store, world }: OnDatabase, at?: string): Promise<Opened> {
  const root = at ?? (await mkdtemp(join(folder, "assets-")));
  const assets = new Assets<Tx>({
    root,
    store: assetStore(store),
    uploads: uploadStore(store),
    uploadMaxBytes: 2 ** 20,
    policyOf: () => "signed",
    urls: { base: "http://media.test" },
    world,
  });
  await assets.recover();
  return { assets, root, [Symbol.asyncDispose]: () => assets[Symbol.asyncDispose]() };
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

function piece(offset: number, bytes: Uint8Array) {
  return { offset, chunks: once(bytes), stop: () => {} };
}

async function begun({ assets }: Opened, bytes = clip.length) {
  const { id, uploads } = await assets.create({ title: "Clip", files: [{ name: "c.mp4", bytes }] });
  const token = uploads[0]?.url.split("/").at(-1) ?? "";
  return { id, token };
}

const has = (code: string) => (error: unknown) => error instanceof Fault && error.code === code;

test("pieces make a file, a file an asset, and what is half-made is in no list", async (on) => {
  await using parts = await opened(on);
  const { assets } = parts;
  const { id, token } = await begun(parts);
  assert.equal(await assets.uploads.receive(token, piece(0, clip.subarray(0, 100))), 100);
  await assert.rejects(assets.uploads.receive(token, piece(50, clip)), has("conflict"));
  assert.deepEqual((await assets.list({ limit: 9, state: "ready" })).items, []);
  await assert.rejects(assets.vodRoute(id, "index.m3u8"), has("asset_not_ready"));
  await assets.uploads.receive(token, piece(100, clip.subarray(100)));
  await assets.uploads.settled();
  const asset = await assets.get(id);
  assert.deepEqual([asset.state, asset.duration, asset.playback.policy], ["ready", 1, "public"]);
  assert.equal((await assets.list({ limit: 9, state: "ready" })).items.length, 1);
  await assert.rejects(assets.uploads.find(token), has("upload_unknown"));
  const types = await on.store.db.selectFrom("events").select("type").execute();
  assert.deepEqual(types, [{ type: "asset_ready" }]);
});

test("an upload that is not finished in time fails with its reason, and leaves no file", async (on) => {
  await using parts = await opened(on);
  const { id, token } = await begun(parts);
  await parts.assets.uploads.receive(token, piece(0, clip.subarray(0, 100)));
  on.world.time = plus(on.world.time, 3 * DAY_MS);
  await assert.rejects(parts.assets.uploads.find(token), has("upload_expired"));
  await using later = await opened(on, parts.root);
  const { state, error } = await later.assets.get(id);
  assert.deepEqual([state, error?.code], ["failed", "upload_expired"]);
  assert.deepEqual(await readdir(join(parts.root, ".partial")), []);
});

test("a server that died after the last byte makes the asset when it starts", async (on) => {
  await using parts = await opened(on);
  const [whole, probing] = [await begun(parts), await begun(parts)];
  const { assets, root } = parts;
  await writeFile(assets.files.place(whole.id, "source").partial, clip);
  await assets.uploads.receive(probing.token, piece(0, clip));
  await assets.uploads.settled();
  await using later = await opened(on, root);
  await later.assets.uploads.settled();
  const { state, sha256 } = await later.assets.get(whole.id);
  assert.equal(state, "ready");
  assert.equal(sha256, (await later.assets.get(probing.id)).sha256);
});

test("what is too large, and an asset that is deleted while it is sent, are refused by name", async (on) => {
  await using parts = await opened(on);
  await assert.rejects(begun(parts, 2 ** 20 + 1), has("payload_too_large"));
  const { id, token } = await begun(parts);
  await parts.assets.uploads.receive(token, piece(0, clip.subarray(0, 100)));
  await parts.assets.remove(id);
  await assert.rejects(
    parts.assets.uploads.receive(token, piece(100, clip)),
    has("upload_unknown"),
  );
  assert.deepEqual(await readdir(join(parts.root, ".partial")), []);
});
