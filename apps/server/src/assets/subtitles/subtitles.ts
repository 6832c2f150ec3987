import { randomBytes } from "node:crypto";
import { mkdir, open, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Fault, newEvent } from "@oxbow/contract";
import type { World } from "../../world.ts";
import { type Asset, type AssetSubtitle, toldSubtitle } from "../asset.ts";
import { type AssetFiles, syncFolder } from "../asset-files.ts";
import type { AssetStore } from "../asset-store.ts";
import { decodeText } from "./decode-text.ts";
import { parseSubtitles } from "./parse-subtitles.ts";
import { canonicalLanguage, subtitleName, uniqueName } from "./subtitle-name.ts";
import { webVtt } from "./web-vtt.ts";

/** More languages than films have. */
const MOST = 64;

export type SubtitleRequest = Pick<AssetSubtitle, "language" | "kind" | "default" | "forced"> & {
  readonly label?: string | undefined;
  /** WebVTT or SubRip, in any encoding where they are bytes. */
  readonly text: string | Uint8Array;
};

export type SubtitlesOptions<Tx> = {
  readonly files: AssetFiles;
  readonly store: AssetStore<Tx>;
  readonly world: World;
};

type Listed = Asset["subtitles"];

/** The WebVTT texts of assets: files beside the media, and their list in the asset's row. */
export class Subtitles<Tx> {
  readonly #options: SubtitlesOptions<Tx>;

  constructor(options: SubtitlesOptions<Tx>) {
    this.#options = options;
  }

  /**
   * Writes the texts of an asset that is being made, for its row to list: several of one language, too.
   * Fault `media_unreadable`, `limit_reached`, `invalid_request`.
   */
  async write(asset: string, requests: readonly SubtitleRequest[]): Promise<Listed> {
    if (requests.length > MOST) throw tooMany();
    let listed: Listed = [];
    for (const request of requests) {
      const { text, about } = readRequest(request);
      const id = this.#options.world.id("sub");
      const path = await this.#keep(asset, id, text);
      const made = { id, about, label: request.label, path, bytes: text.length };
      listed = listedWith(listed, listed.length, made).after;
    }
    return listed;
  }

  /**
   * In the transaction that makes an asset ready: lists texts that were written for it beside those that
   * its owner added meanwhile, which stay as they are.
   */
  async list(tx: Tx, id: string, written: Listed): Promise<void> {
    if (written.length === 0) return;
    const { store } = this.#options;
    const asset = await store.update(tx, id, {});
    if (asset === undefined) return;
    const subtitles = [...asset.subtitles];
    for (const text of written) {
      if (subtitles.length >= MOST || asset.subtitles.some(likeness(text))) continue;
      const preferred = text.default && !subtitles.some((one) => one.default);
      const label = uniqueName(text.label, subtitles);
      subtitles.push({ ...text, default: preferred, label });
    }
    await store.update(tx, id, { subtitles });
  }

  /**
   * Adds a text, or puts it in the place of the one of the same language, kind and forced, whose id it gets.
   * Fault `asset_unknown`, `media_unreadable`, `limit_reached`, `invalid_request`.
   */
  async add(asset: string, request: SubtitleRequest): Promise<AssetSubtitle> {
    const fresh = this.#options.world.id("sub");
    return this.#put(asset, request, (before, same) => {
      const place = before.findIndex(same);
      const others = before.filter((one) => !same(one));
      if (others.length >= MOST) throw tooMany();
      const id = before[place]?.id ?? fresh;
      return { id, place: place < 0 ? others.length : place, others };
    });
  }

  /**
   * Another text, or another language, in the place of one that keeps its id.
   * Fault `asset_unknown`, `subtitle_unknown`, `media_unreadable`, `conflict`, `invalid_request`.
   */
  async replace(asset: string, id: string, request: SubtitleRequest): Promise<AssetSubtitle> {
    return this.#put(asset, request, (before, same) => {
      const place = before.findIndex((one) => one.id === id);
      const now = before[place];
      if (now === undefined) throw unknownText(asset, id);
      const others = before.filter((one) => one !== now);
      const taken = others.find(same);
      // A film may have come with several texts of one language.
      if (taken !== undefined && !same(now)) {
        throw new Fault("conflict", `"${taken.id}" has this language, kind and forced already`);
      }
      return { id, place, others };
    });
  }

  /** Fault `asset_unknown`, `subtitle_unknown`. */
  async remove(asset: string, id: string): Promise<void> {
    const { gone } = await this.#change(asset, (before) => {
      const found = before.filter((one) => one.id === id);
      if (found.length === 0) throw unknownText(asset, id);
      return { value: undefined, after: before.filter((one) => one.id !== id), gone: found };
    });
    await this.#drop(gone);
  }

  /** @param choose which id the text gets, where it stands, and which are left beside it */
  async #put(
    asset: string,
    request: SubtitleRequest,
    choose: (
      before: Listed,
      same: (one: AssetSubtitle) => boolean,
    ) => { readonly id: string; readonly place: number; readonly others: Listed },
  ): Promise<AssetSubtitle> {
    const { files, store } = this.#options;
    const { text, about } = readRequest(request);
    const found = await store.get(asset);
    if (found === undefined) throw unknown(asset);
    const { id: name } = choose(found.subtitles, likeness(about));
    const path = await this.#keep(asset, name, text);
    const { value, gone } = await this.#change(asset, (before) => {
      const { id, place, others } = choose(before, likeness(about));
      const made = { id, about, label: request.label, path, bytes: text.length };
      const left = before.filter((one) => !others.includes(one));
      return { ...listedWith(others, place, made), gone: left };
    }).catch(async (error: unknown) => {
      await rm(files.resolve(path), { force: true });
      throw error;
    });
    await this.#drop(gone);
    return value;
  }

  /** Keeps a text; its path. No name is used twice: what a cache has under it is never another text. */
  async #keep(asset: string, id: string, text: Uint8Array): Promise<string> {
    const name = `${id}-${randomBytes(6).toString("hex")}.vtt`;
    const path = join(asset, "subtitles", name);
    await writeDurably(this.#options.files.resolve(path), text);
    return path;
  }

  async #change<T>(
    id: string,
    work: (before: Listed) => { value: T; after: Listed; gone: Listed },
  ): Promise<{ value: T; gone: Listed }> {
    const { store } = this.#options;
    return store.commit(async (tx) => {
      // An update of nothing reads the row in this transaction.
      const asset = await store.update(tx, id, {});
      if (asset === undefined) throw unknown(id);
      const { value, after, gone } = work(asset.subtitles);
      await store.update(tx, id, { subtitles: after });
      const subtitles = after.map(toldSubtitle);
      const event = newEvent("asset_updated", { asset: id, changed: { subtitles } });
      const stream = asset.stream === null ? {} : { stream: asset.stream };
      return { value: { value, gone }, events: [{ ...event, ...stream }] };
    });
  }

  async #drop(gone: Listed): Promise<void> {
    for (const { path } of gone) await rm(this.#options.files.resolve(path), { force: true });
  }
}

type About = Pick<AssetSubtitle, "language" | "kind" | "default" | "forced">;

/** What a request asks for, and its text as WebVTT. Fault `media_unreadable`, `invalid_request`. */
function readRequest(request: SubtitleRequest): { text: Uint8Array; about: About } {
  const { kind, forced, default: preferred } = request;
  const language = canonicalLanguage(request.language);
  const plain =
    typeof request.text === "string" ? request.text : decodeText(request.text, language);
  const text = Buffer.from(webVtt(parseSubtitles(plain)));
  return { text, about: { language, kind, default: preferred, forced } };
}

/** Whether a subtitle is for the same viewers. */
function likeness({ language, kind, forced }: About): (one: AssetSubtitle) => boolean {
  return (one) => one.language === language && one.kind === kind && one.forced === forced;
}

/** The list with one more in its place: names differ, and one at the most is the default. */
function listedWith(
  others: Listed,
  place: number,
  made: Pick<AssetSubtitle, "id" | "path" | "bytes"> & {
    readonly about: About;
    readonly label: string | undefined;
  },
): { value: AssetSubtitle; after: Listed } {
  const { about, label, ...rest } = made;
  const kept = about.default ? others.map((one) => ({ ...one, default: false })) : others;
  const value = { ...about, ...rest, label: uniqueName(label ?? subtitleName(about), kept) };
  return { value, after: kept.toSpliced(place, 0, value) };
}

function tooMany(): Fault {
  return new Fault("limit_reached", `There are ${MOST} subtitles`);
}

async function writeDurably(path: string, bytes: Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const partial = `${path}.partial`;
  const file = await open(partial, "w", 0o644);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(partial, path);
  await syncFolder(dirname(path));
}

function unknown(id: string): Fault {
  return new Fault("asset_unknown", `There is no asset "${id}"`);
}

function unknownText(asset: string, id: string): Fault {
  return new Fault("subtitle_unknown", `"${asset}" has no subtitle "${id}"`);
}
