import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { writeInit } from "@oxbow/containers";
import { Fault } from "@oxbow/contract";
import { type Asset, type AssetFile, servedName } from "../asset.ts";
import type { FileSlice, VodAnswer } from "../vod-answer.ts";
import { BoundedCache } from "./bounded-cache.ts";
import { filmWithTexts } from "./film-with-texts.ts";
import { mediaSegment, packedSegment, pictureSegment } from "./media-segment.ts";
import { isPacked } from "./packed-audio.ts";
import {
  keyPictures,
  PACKAGING,
  picturePlaylist,
  subtitlePlaylist,
  trackPlaylist,
} from "./playlists.ts";
import { ASKED_AGAIN, FOR_EVER, rendered } from "./rendered.ts";
import { TIMELINE_BEGINS_SECONDS, type Title, type TitleTrack } from "./title.ts";
import { loadAside } from "./title-loader.ts";
import { titlePlaylist } from "./title-playlist.ts";
import { MANIFEST, titleManifest } from "./vod-manifest.ts";

export type VodSources = {
  readonly find: (id: string) => Promise<Asset | undefined>;
  /** Absolute path of a file. */
  readonly resolve: (path: string) => string;
};

/** Memory for sample tables, at most 24 bytes a sample: an hour of picture and sound takes 5 MB. */
const TITLE_BYTES = 256 * 1024 * 1024;
/** Memory for segments that were asked for lately. */
const SEGMENT_BYTES = 64 * 1024 * 1024;

/** Memory for the heads of files that are sent with subtitles: an hour has 2 MB. */
const HEAD_BYTES = 64 * 1024 * 1024;

const TYPES = {
  playlist: "application/vnd.apple.mpegurl",
  manifest: "application/dash+xml",
  subtitles: "text/vtt; charset=utf-8",
  mp4: "video/mp4",
  segment: "video/iso.segment",
  packed: "audio/mpeg",
};

/** A title with what was rendered of it: two playlists for each track at the most, and its subtitles. */
type Known = {
  readonly asset: Asset;
  readonly title: Title;
  readonly texts: Map<string, VodAnswer>;
};

/** A file with subtitles in it; the first of its pieces is in memory. */
type TextedFile = {
  readonly etag: string;
  readonly bytes: number;
  readonly pieces: readonly [Uint8Array, ...FileSlice[]];
};

/** Answers what lies under `/vod/{asset}/`: packages finished files while they are asked for. */
export class VodRoutes {
  readonly #sources: VodSources;
  readonly #titles = new BoundedCache<Known | undefined>(TITLE_BYTES);
  readonly #segments = new BoundedCache<readonly Uint8Array[]>(SEGMENT_BYTES);
  readonly #texted = new BoundedCache<TextedFile>(HEAD_BYTES);

  constructor(sources: VodSources) {
    this.#sources = sources;
  }

  /**
   * Undefined: there is no such thing. Fault `media_unreadable`, `asset_not_ready`.
   * @param texted a whole file is wanted with the asset's subtitles in it
   */
  async answer(id: string, path: string, texted = false): Promise<VodAnswer | undefined> {
    const whole = /^([\w-]+)\.mp4$/.exec(path);
    if (whole !== null) return this.#wholeFile(id, whole[1] ?? "", texted);
    const known = await this.#known(id);
    if (known === undefined) return undefined;
    const piece = /^(\w+)\/(\d{1,9})\/(?:(init)\.mp4|(\d{1,9})(?:(\.iframe)?\.m4s|(\.mp3)))$/.exec(
      path,
    );
    if (piece === null) return this.#text(known, path);
    const [, packaging, number, init, place, picture, packed] = piece;
    const track = known.title.tracks.find((each) => each.number === Number(number));
    if (packaging !== PACKAGING || track === undefined) return undefined;
    if (init !== undefined) return kept([writeInit([track.track])], TYPES.mp4, `${id} ${path}`);
    if (packed !== undefined) return this.#packed(`${id} ${path}`, track, Number(place));
    return picture === undefined
      ? this.#segment(`${id} ${path}`, track, Number(place))
      : this.#picture(`${id} ${path}`, track, Number(place));
  }

  /** The packaged title of an asset that is ready; undefined where there is none. Fault `media_unreadable`. */
  async title(id: string): Promise<Title | undefined> {
    return (await this.#known(id))?.title;
  }

  /** An asset is gone or has changed: nothing of it is answered from memory. */
  forget(id: string): void {
    this.#titles.forget(`${id} `);
    this.#segments.forget(`${id} `);
    this.#texted.forget(`${id} `);
  }

  async #text(known: Known, asked: string): Promise<VodAnswer | undefined> {
    const path = knownPath(known.asset, asked);
    const before = known.texts.get(path);
    if (before !== undefined) return before;
    const made = await this.#render(known, path);
    if (made !== undefined) known.texts.set(path, made);
    return made;
  }

  async #render({ asset, title }: Known, path: string): Promise<VodAnswer | undefined> {
    if (path === "index.m3u8") {
      return rendered(TYPES.playlist, titlePlaylist(title, asset.subtitles), ASKED_AGAIN);
    }
    if (path === MANIFEST) {
      const text = titleManifest(title, asset.subtitles);
      return text === undefined ? undefined : rendered(TYPES.manifest, text, ASKED_AGAIN);
    }
    const list = /^([\w-]+?)(-iframes)?\.m3u8$/.exec(path);
    const track = list && title.tracks.find(({ name }) => name === list[1]);
    if (track && list[2] === undefined)
      return rendered(TYPES.playlist, trackPlaylist(title, track));
    if (track && track.track.config.kind === "video") {
      return rendered(TYPES.playlist, picturePlaylist(track));
    }
    return this.#subtitle(asset, title, path);
  }

  async #subtitle(asset: Asset, title: Title, path: string): Promise<VodAnswer | undefined> {
    const found = subtitleAt(path, asset);
    if (found === undefined) return undefined;
    const { subtitle, ending, isFixed } = found;
    const age = isFixed ? FOR_EVER : ASKED_AGAIN;
    if (ending === "m3u8") {
      const list = subtitlePlaylist(title, `${servedName(subtitle)}.vtt`);
      return rendered(TYPES.playlist, list, age);
    }
    const vtt = await readFile(this.#sources.resolve(subtitle.path), "utf8").catch(
      (cause: unknown) => {
        throw new Fault("media_unreadable", "The subtitles are gone", { cause });
      },
    );
    return rendered(TYPES.subtitles, onTimeline(vtt), age);
  }

  async #wholeFile(id: string, rendition: string, texted: boolean): Promise<VodAnswer | undefined> {
    const asset = await this.#sources.find(id);
    if (asset !== undefined) assertReady(asset);
    const file = asset?.files.find((each) => each.rendition === rendition);
    if (asset === undefined || file === undefined) return undefined;
    if (texted && asset.subtitles.length > 0) return this.#textedFile(asset, file);
    const slice = { path: this.#sources.resolve(file.path), offset: 0, bytes: file.bytes };
    return {
      kind: "file",
      contentType: TYPES.mp4,
      cacheControl: FOR_EVER,
      etag: file.sha256 === null ? tag(`${id} ${rendition}`) : `"${file.sha256}"`,
      file: slice,
      bytes: file.bytes,
    };
  }

  async #textedFile({ id, subtitles }: Asset, file: AssetFile): Promise<VodAnswer> {
    const { resolve } = this.#sources;
    const path = resolve(file.path);
    const key = `${id} ${file.rendition} ${subtitles.map(servedName).join(" ")}`;
    const make = async (): Promise<TextedFile> => {
      const { head, rest, bytes } = await filmWithTexts(path, subtitles, resolve);
      const etag = tag(createHash("sha256").update(head).digest("hex"));
      const slices = rest.map(({ offset, bytes: length }) => ({ path, offset, bytes: length }));
      return { etag, bytes, pieces: [head, ...slices] };
    };
    const made = await this.#texted.get(key, make, ({ pieces }) => pieces[0]?.length ?? 0);
    return { kind: "pieces", contentType: TYPES.mp4, cacheControl: ASKED_AGAIN, ...made };
  }

  async #segment(key: string, track: TitleTrack, segment: number): Promise<VodAnswer | undefined> {
    const from = track.starts[segment];
    const to = track.starts[segment + 1];
    if (from === undefined || to === undefined || to <= from) return undefined;
    const body = await this.#segments.get(key, () => mediaSegment(track, segment), bytesOf);
    return kept(body, TYPES.segment, key);
  }

  async #packed(key: string, track: TitleTrack, segment: number): Promise<VodAnswer | undefined> {
    if (!isPacked(track) || segment >= track.seconds.length) return undefined;
    const body = await this.#segments.get(key, () => packedSegment(track, segment), bytesOf);
    return body.length === 0 ? undefined : kept(body, TYPES.packed, key);
  }

  async #picture(key: string, track: TitleTrack, sample: number): Promise<VodAnswer | undefined> {
    if (track.track.config.kind !== "video") return undefined;
    const picture = keyPictures(track).find((each) => each.sample === sample);
    if (picture === undefined) return undefined;
    const make = (): Promise<readonly Uint8Array[]> => pictureSegment(track, sample, picture.ticks);
    return kept(await this.#segments.get(key, make, bytesOf), TYPES.segment, key);
  }

  /** The asset with the tables of its files. */
  async #known(id: string): Promise<Known | undefined> {
    const make = async (): Promise<Known | undefined> => {
      const asset = await this.#sources.find(id);
      if (asset === undefined) return undefined;
      assertReady(asset);
      const files = asset.files.map(({ rendition, path }) => ({
        rendition,
        path: this.#sources.resolve(path),
      }));
      return { asset, title: await loadAside(files), texts: new Map() };
    };
    const known = await this.#titles.get(`${id} `, make, (each) => each?.title.memory ?? 0);
    // That there is none is not kept: an asset of this id may still come.
    if (known === undefined) this.#titles.forget(`${id} `);
    return known;
  }
}

/** What a path under `subtitles/` asks for; undefined where there is no such text. */
function subtitleAt(path: string, { subtitles }: Asset) {
  const [, name, id, ending] = /^subtitles\/((\w+)(?:-\w+)?)\.(m3u8|vtt)$/.exec(path) ?? [];
  const own = subtitles.find((one) => servedName(one) === name);
  const subtitle = own ?? subtitles.find((one) => one.id === id);
  if (subtitle === undefined) return undefined;
  // Before texts had names of their own, they were served under the id.
  return { subtitle, ending, isFixed: own !== undefined && name !== own.id };
}

/** A text that was replaced is asked for by players that began before: they get the one in its place. */
function knownPath(asset: Asset, path: string): string {
  const found = subtitleAt(path, asset);
  const isMoved = found !== undefined && !found.isFixed;
  return isMoved ? `subtitles/${found.subtitle.id}.${found.ending}` : path;
}

function assertReady({ id, state }: Asset): void {
  if (state === "ready") return;
  throw new Fault("asset_not_ready", `Cannot play "${id}": it is ${state}`);
}

/** Local time 0 is where the served timeline begins (rfc8216bis §3.1.4). */
function onTimeline(vtt: string): string {
  const map = `X-TIMESTAMP-MAP=MPEGTS:${TIMELINE_BEGINS_SECONDS * 90_000},LOCAL:00:00:00.000`;
  return vtt.replace(/^WEBVTT[^\n]*\n/, (head) => `${head}${map}\n`);
}

/** What never changes under its URL. */
function kept(body: readonly Uint8Array[], contentType: string, name: string): VodAnswer {
  const about = { contentType, cacheControl: FOR_EVER, etag: tag(`${PACKAGING} ${name}`) };
  return { kind: "bytes", ...about, body, bytes: bytesOf(body) };
}

/** The name says the content: an asset is immutable. */
function tag(name: string): string {
  return `"${createHash("sha256").update(name).digest("base64url").slice(0, 22)}"`;
}

function bytesOf(body: readonly Uint8Array[]): number {
  return body.reduce((sum, { length }) => sum + length, 0);
}
