import { mkdir, open, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Fault, newEvent } from "@oxbow/contract";
import type { World } from "../../world.ts";
import { type Asset, type AssetSubtitle, toldSubtitle } from "../asset.ts";
import { type AssetFiles, syncFolder } from "../asset-files.ts";
import type { AssetStore } from "../asset-store.ts";
import { asWebVtt } from "./web-vtt.ts";

/** More languages than films have. */
const MOST = 64;

export type SubtitleRequest = Pick<AssetSubtitle, "language" | "kind" | "default" | "forced"> & {
  readonly label?: string | undefined;
  /** WebVTT or SubRip. */
  readonly text: string;
};

export type SubtitlesOptions<Tx> = {
  readonly files: AssetFiles;
  readonly store: AssetStore<Tx>;
  readonly world: World;
};

/** The WebVTT texts of assets: files beside the media, and their list in the asset's row. */
export class Subtitles<Tx> {
  readonly #options: SubtitlesOptions<Tx>;

  constructor(options: SubtitlesOptions<Tx>) {
    this.#options = options;
  }

  /**
   * Adds a text, or puts it in the place of the one of the same language, kind and forced.
   * Fault `asset_unknown`, `media_unreadable`, `limit_reached`.
   */
  async add(asset: string, request: SubtitleRequest): Promise<AssetSubtitle> {
    const { files, store, world } = this.#options;
    const { text, label, ...about } = request;
    const bytes = Buffer.from(asWebVtt(text));
    if ((await store.get(asset)) === undefined) throw unknown(asset);
    const [language = about.language] = Intl.getCanonicalLocales(about.language);
    const id = world.id("sub");
    const path = join(asset, "subtitles", `${id}.vtt`);
    await writeDurably(files.resolve(path), bytes);
    const { value, gone } = await this.#change(asset, (before) => {
      const same = (one: AssetSubtitle): boolean =>
        one.language === language && one.kind === about.kind && one.forced === about.forced;
      const kept = before.filter((one) => !same(one));
      if (kept.length >= MOST) throw new Fault("limit_reached", `There are ${MOST} subtitles`);
      const named = unique(label ?? nameOf(language, about), kept);
      const made = { ...about, id, language, label: named, path, bytes: bytes.length };
      const others = about.default ? kept.map((one) => ({ ...one, default: false })) : kept;
      return { value: made, after: [...others, made], gone: before.filter(same) };
    }).catch(async (error: unknown) => {
      await rm(files.resolve(path), { force: true });
      throw error;
    });
    await this.#drop(gone);
    return value;
  }

  /** Fault `asset_unknown`, `subtitle_unknown`. */
  async remove(asset: string, id: string): Promise<void> {
    const { gone } = await this.#change(asset, (before) => {
      const found = before.filter((one) => one.id === id);
      if (found.length === 0) {
        throw new Fault("subtitle_unknown", `"${asset}" has no subtitle "${id}"`);
      }
      const after = before.filter((one) => one.id !== id);
      return { value: undefined, after, gone: found };
    });
    await this.#drop(gone);
  }

  async #change<T>(
    id: string,
    work: (before: Asset["subtitles"]) => {
      value: T;
      after: Asset["subtitles"];
      gone: readonly AssetSubtitle[];
    },
  ): Promise<{ value: T; gone: readonly AssetSubtitle[] }> {
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

  async #drop(gone: readonly AssetSubtitle[]): Promise<void> {
    for (const { path } of gone) await rm(this.#options.files.resolve(path), { force: true });
  }
}

function nameOf(
  language: string,
  { kind, forced }: Pick<AssetSubtitle, "kind" | "forced">,
): string {
  if (language === "und") return "Subtitles";
  const name = new Intl.DisplayNames([language], { type: "language" }).of(language) ?? language;
  const shown = `${name.charAt(0).toLocaleUpperCase(language)}${name.slice(1)}`;
  return `${shown}${kind === "captions" ? " (CC)" : ""}${forced ? " (forced)" : ""}`;
}

/** Names in a group of renditions differ (rfc8216bis §4.4.6.1.1). */
function unique(label: string, others: readonly AssetSubtitle[]): string {
  let name = label;
  for (let next = 2; others.some((one) => one.label === name); next += 1) name = `${label} ${next}`;
  return name;
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
