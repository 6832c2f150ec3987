import { createHash, randomBytes } from "node:crypto";
import { rename, statfs } from "node:fs/promises";
import { dirname } from "node:path";
import { Fault, type NewEvent, newEvent } from "@oxbow/contract";
import { millis, plus, rfc3339 } from "@oxbow/media";
import type { World } from "../../world.ts";
import { type Asset, type AssetError, type AssetPolicy, readyData } from "../asset.ts";
import { type AssetFiles, type FileInMaking, syncFolder } from "../asset-files.ts";
import type { AssetStore } from "../asset-store.ts";
import type { Probed } from "../probe/index.ts";
import { requestsOf, type Subtitles } from "../subtitles/index.ts";
import type { TitleFile } from "../vod/index.ts";
import { type Piece, Receiving, sizeOf } from "./receiving.ts";
import type { Upload, UploadStore } from "./upload.ts";

/** An upload that is not whole by then is given up. */
const EXPIRES_MS = 48 * 3_600_000;
const SWEEP_MS = 60_000;
/** Uploads that may be under way at a time. */
const MOST = 1000;
/** This part of the disk stays free: the rung at which exports are refused, too. */
const FREE = 0.1;

export type UploadsOptions<Tx> = {
  readonly files: AssetFiles;
  readonly store: AssetStore<Tx>;
  readonly rows: UploadStore<Tx>;
  readonly urls: { readonly base: string };
  /** The largest file. */
  readonly maxBytes: number;
  readonly probe: (files: readonly TitleFile[]) => Promise<Probed>;
  readonly subtitles: Pick<Subtitles<Tx>, "write" | "list">;
  readonly world: World;
};

/** What is to be uploaded. */
export type UploadRequest = {
  readonly title?: string | null;
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly policy?: AssetPolicy;
  readonly files: readonly { name: string; bytes: number; rendition?: string }[];
};

/** Where a file is to be sent. */
export type UploadTicket = {
  readonly rendition: string;
  readonly url: string;
  readonly bytes: number;
  readonly expiresAt: string;
};

/** Takes files in, whole or in pieces, and makes assets of them. */
export class Uploads<Tx> implements AsyncDisposable {
  readonly #options: UploadsOptions<Tx>;
  readonly #receiving = new Receiving();
  /** Probes come one after another: each may read tables of many megabytes. */
  #probing: Promise<void> = Promise.resolve();
  #sweeper: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: UploadsOptions<Tx>) {
    this.#options = options;
  }

  /** The largest file that is taken. */
  get maxBytes(): number {
    return this.#options.maxBytes;
  }

  /** Goes on with what was whole and not probed when the last process ended; gives up what is too old. */
  async start(): Promise<void> {
    const { rows, store } = this.#options;
    for (const upload of await rows.unfinished(MOST)) {
      // A large file takes seconds to be hashed again: the server is up meanwhile.
      if (await this.#isWhole(upload)) this.#queue(upload.asset, () => this.#rehash(upload));
    }
    for (const state of ["probing", "uploading"] as const) {
      const { items } = await store.list({ limit: MOST, state });
      for (const { id } of items) await this.#probeIfWhole(id);
    }
    await this.#sweep();
    this.#sweeper = setInterval(() => {
      this.#sweep().catch((error: unknown) => {
        this.#options.world.log.error({ err: error }, "uploads not swept");
      });
    }, SWEEP_MS);
    this.#sweeper.unref();
  }

  /** Fault `payload_too_large`, `storage_full`, `limit_reached`, `invalid_request`. */
  async create(request: UploadRequest): Promise<{ asset: Asset; tickets: UploadTicket[] }> {
    const { files, store, rows, world } = this.#options;
    const named = nameRenditions(request.files);
    await this.#admit(named.map(({ bytes }) => bytes));
    const asset = newAsset(request, world);
    const expiresAt = plus(world.now(), EXPIRES_MS);
    const made = named.map(({ name, bytes, rendition }) => {
      const about = { id: world.id("upl"), asset: asset.id, rendition, name, bytes };
      const upload: Upload = { ...about, sha256: null, expiresAt, createdAt: world.now() };
      return { upload, token: randomBytes(24).toString("base64url") };
    });
    for (const { upload } of made) await files.begin(asset.id, upload.rendition);
    await store.commit(async (tx) => {
      await store.insert(tx, asset);
      for (const { upload, token } of made) await rows.insert(tx, upload, hashOf(token));
      return { value: undefined, events: [] };
    });
    await files.settle(asset.id);
    const tickets = made.map(({ upload: { rendition, bytes }, token }) => ({
      rendition,
      bytes,
      url: `${this.#options.urls.base}/uploads/${token}`,
      expiresAt: rfc3339(expiresAt),
    }));
    return { asset, tickets };
  }

  /** The upload of a URL, and what there is of it. Fault `upload_unknown`, `upload_expired`. */
  async find(token: string): Promise<{ upload: Upload; offset: number }> {
    const upload = await this.#of(token);
    if (upload.sha256 !== null) return { upload, offset: upload.bytes };
    const { partial } = this.#place(upload);
    return { upload, offset: await this.#receiving.size(upload.id, partial) };
  }

  /** Takes a piece; answers how far the file is now. Fault as `Receiving.receive`, and as `find`. */
  async receive(token: string, piece: Piece): Promise<number> {
    const upload = await this.#of(token);
    if (upload.sha256 !== null) {
      throw new Fault("conflict", "The upload is whole", { details: { offset: upload.bytes } });
    }
    const { partial } = this.#place(upload);
    const file = { id: upload.id, path: partial, bytes: upload.bytes };
    const { offset, sha256 } = await this.#receiving.receive(file, piece);
    if (sha256 !== undefined) await this.#complete(upload, sha256);
    return offset;
  }

  /** Gives an upload up, and with it its asset. Fault `upload_unknown`. */
  async terminate(token: string): Promise<void> {
    const { asset } = await this.#of(token);
    await this.discard(asset);
    const { store, files } = this.#options;
    await files.mark(asset);
    await store.commit(async (tx) => {
      const removed = await store.remove(tx, asset);
      const events = removed === undefined ? [] : [newEvent("asset_deleted", { asset })];
      return { value: undefined, events };
    });
    await files.discard(asset);
  }

  /** An asset is to go: nobody sends to it any more. */
  async discard(asset: string): Promise<void> {
    const { store, rows } = this.#options;
    for (const { id } of await rows.ofAsset(asset)) await this.#receiving.forget(id);
    await store.commit(async (tx) => ({ value: await rows.removeOf(tx, asset), events: [] }));
  }

  /** Resolves when nothing is left to probe. */
  async settled(): Promise<void> {
    // One piece of work may bring about another.
    for (let last; last !== this.#probing; ) {
      last = this.#probing;
      await last;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    clearInterval(this.#sweeper);
    await this.#receiving.close();
    await this.#probing;
  }

  async #of(token: string): Promise<Upload> {
    const upload = await this.#options.rows.byToken(hashOf(token));
    if (upload === undefined) throw new Fault("upload_unknown", "There is no such upload");
    if (upload.expiresAt <= this.#options.world.now()) {
      throw new Fault("upload_expired", `The upload had to end by ${rfc3339(upload.expiresAt)}`);
    }
    return upload;
  }

  #place({ asset, rendition }: Upload): FileInMaking {
    return this.#options.files.place(asset, rendition);
  }

  /** Whether there is room for files of these sizes, those that others announced counted as there. */
  async #admit(sizes: readonly number[]): Promise<void> {
    const { maxBytes, rows, files } = this.#options;
    const largest = Math.max(...sizes);
    if (largest > maxBytes) {
      const limit = `the largest is ${maxBytes} (OXBOW_UPLOAD_MAX_BYTES)`;
      throw new Fault("payload_too_large", `Cannot take a file of ${largest} bytes: ${limit}`);
    }
    const pending = await rows.pending();
    if (pending.count + sizes.length > MOST) {
      throw new Fault("limit_reached", `${pending.count} uploads are under way; end some first`);
    }
    const { bavail, blocks, bsize } = await statfs(await files.ensureRoot());
    const wanted = sizes.reduce((sum, each) => sum + each, pending.bytes);
    if (bavail * bsize - wanted < blocks * bsize * FREE) {
      throw new Fault("storage_full", `There is no room for ${wanted} more bytes`);
    }
  }

  async #isWhole(upload: Upload): Promise<boolean> {
    const { partial, final } = this.#place(upload);
    const sizes = [await sizeOf(final), await sizeOf(partial)];
    return sizes.includes(upload.bytes);
  }

  /** A process before this one died between the last byte and the row that says so. */
  async #rehash(upload: Upload): Promise<void> {
    const { partial, final } = this.#place(upload);
    const path = (await sizeOf(final)) === upload.bytes ? final : partial;
    const nothing = { offset: upload.bytes, chunks: none(), stop: () => {} };
    const file = { id: upload.id, path, bytes: upload.bytes };
    const { sha256 } = await this.#receiving.receive(file, nothing);
    if (sha256 !== undefined) await this.#complete(upload, sha256);
  }

  /** Work on whole files is done one after another; what fails of it fails the asset. */
  #queue(asset: string, work: () => Promise<void>): void {
    this.#probing = this.#after(this.#probing, asset, work);
  }

  async #after(before: Promise<void>, asset: string, work: () => Promise<void>): Promise<void> {
    await before;
    // What is not done before the server stops is done when it starts.
    if (this.#closed) return;
    const { log } = this.#options.world;
    try {
      await work();
    } catch (error) {
      log.error({ err: error, asset }, "upload not probed");
      const message = "The server could not look into the file; its log tells more";
      await this.#fail(asset, { code: "internal", message, problems: [] }).catch(
        (failure: unknown) => log.error({ err: failure, asset }, "upload not settled"),
      );
    }
  }

  /** The file is whole and durable: it gets its name, then its row. */
  async #complete(upload: Upload, sha256: string): Promise<void> {
    const { store, rows } = this.#options;
    const { partial, final } = this.#place(upload);
    if ((await sizeOf(final)) !== upload.bytes) await rename(partial, final);
    await syncFolder(dirname(final));
    await store.commit(async (tx) => {
      await rows.finish(tx, upload.id, sha256);
      return { value: undefined, events: [] };
    });
    await this.#probeIfWhole(upload.asset);
  }

  async #probeIfWhole(asset: string): Promise<void> {
    const { store, rows } = this.#options;
    const uploads = await rows.ofAsset(asset);
    if (uploads.length === 0 || uploads.some(({ sha256 }) => sha256 === null)) return;
    await store.commit(async (tx) => ({
      value: await store.settle(tx, asset, { state: "probing" }),
      events: [],
    }));
    this.#queue(asset, () => this.#probe(asset, uploads));
  }

  async #probe(asset: string, uploads: readonly Upload[]): Promise<void> {
    const { files } = this.#options;
    const sent = uploads.map(({ rendition }) => ({
      rendition,
      path: files.place(asset, rendition).final,
    }));
    const probed = await this.#options.probe(sent);
    if (probed.ok) await this.#ready(asset, uploads, probed);
    else await this.#fail(asset, probed.error);
  }

  async #ready(
    asset: string,
    uploads: readonly Upload[],
    probed: Probed & { readonly ok: true },
  ): Promise<void> {
    const { files, store, rows, urls, subtitles, world } = this.#options;
    const finished = uploads.map(({ rendition, bytes, sha256 }) => ({
      rendition,
      path: files.place(asset, rendition).path,
      bytes,
      sha256,
      tracks: probed.tracks.get(rendition) ?? [],
    }));
    const bytes = uploads.reduce((sum, each) => sum + each.bytes, 0);
    const texts = await subtitles.write(asset, requestsOf(probed.texts)).catch((error: unknown) => {
      if (!(error instanceof Fault)) throw error;
      // Nobody's film is refused for its subtitles.
      world.log.warn({ err: error, asset }, "subtitles of an upload not taken");
      return [];
    });
    await store.commit(async (tx) => {
      const { durationMs } = probed;
      await subtitles.list(tx, asset, texts);
      const outcome = { state: "ready", files: finished, durationMs, bytes } as const;
      const ready = await store.settle(tx, asset, outcome);
      await rows.removeOf(tx, asset);
      const events: NewEvent[] =
        ready === undefined ? [] : [newEvent("asset_ready", readyData(ready, urls.base))];
      return { value: undefined, events };
    });
  }

  /** The row stays and tells why; the files go. */
  async #fail(asset: string, error: AssetError): Promise<void> {
    const { files, store, rows } = this.#options;
    await store.commit(async (tx) => {
      const failed = await store.settle(tx, asset, { state: "failed", error });
      await rows.removeOf(tx, asset);
      const told = { asset, changed: { state: "failed", error } };
      return {
        value: undefined,
        events: failed === undefined ? [] : [newEvent("asset_updated", told)],
      };
    });
    await files.discard(asset);
  }

  async #sweep(): Promise<void> {
    const { rows, world } = this.#options;
    for (const upload of await rows.unfinished(MOST)) {
      if (upload.expiresAt > world.now()) return;
      for (const { id } of await rows.ofAsset(upload.asset)) await this.#receiving.forget(id);
      const message = `The file "${upload.name}" was not sent in time`;
      await this.#fail(upload.asset, { code: "upload_expired", message, problems: [] });
    }
  }
}

async function* none(): AsyncGenerator<Uint8Array> {}

function hashOf(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}

function newAsset(request: UploadRequest, world: World): Asset {
  return {
    id: world.id("ast"),
    stream: null,
    broadcast: null,
    export: null,
    title: request.title ?? null,
    durationMs: millis(0),
    bytes: 0,
    files: [],
    metadata: request.metadata ?? {},
    createdAt: world.now(),
    state: "uploading",
    error: null,
    policy: request.policy ?? "public",
    subtitles: [],
  };
}

/** Names of the files: the first is the source. Fault `invalid_request` where two have one name. */
function nameRenditions(files: UploadRequest["files"]) {
  const named = files.map((file, at) => ({
    ...file,
    rendition: at === 0 ? "source" : (file.rendition ?? `file-${at + 1}`),
  }));
  if (new Set(named.map(({ rendition }) => rendition)).size < named.length) {
    const told = 'Two files have one rendition; the first file is "source"';
    throw new Fault("invalid_request", told, { field: "uploads" });
  }
  return named;
}
