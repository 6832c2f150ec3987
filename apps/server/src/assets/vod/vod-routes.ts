import { createHash } from "node:crypto";
import { writeInit } from "@oxbow/containers";
import type { Asset, AssetFile } from "../asset.ts";
import type { VodAnswer } from "../vod-answer.ts";
import { BoundedCache } from "./bounded-cache.ts";
import { loadTitle } from "./load-title.ts";
import { mediaSegment } from "./media-segment.ts";
import { PACKAGING, playlistName, titlePlaylist, trackPlaylist } from "./playlists.ts";
import type { Title, TitleTrack } from "./title.ts";

export type VodSources = {
  readonly find: (id: string) => Promise<Asset | undefined>;
  /** Absolute path of a file. */
  readonly resolve: (path: string) => string;
};

/** Memory for sample tables: an hour of picture and sound takes 7 MB. */
const TITLE_BYTES = 128 * 1024 * 1024;
/** Memory for segments that were asked for lately. */
const SEGMENT_BYTES = 64 * 1024 * 1024;

const FOR_EVER = "public, max-age=31536000, immutable";
/** An asset may be deleted: what leads to its media is asked for again. */
const PLAYLIST = "public, max-age=60";

const TYPES = {
  playlist: "application/vnd.apple.mpegurl",
  mp4: "video/mp4",
  segment: "video/iso.segment",
};

type Known = { readonly asset: Asset; readonly file: AssetFile; readonly title: Title };

/** Answers what lies under `/vod/{asset}/`: packages a finished file while it is asked for. */
export class VodRoutes {
  readonly #sources: VodSources;
  readonly #titles = new BoundedCache<Known | undefined>(TITLE_BYTES);
  readonly #segments = new BoundedCache<readonly Uint8Array[]>(SEGMENT_BYTES);

  constructor(sources: VodSources) {
    this.#sources = sources;
  }

  /** Undefined: there is no such thing. Fault `media_unreadable`. */
  async answer(id: string, path: string): Promise<VodAnswer | undefined> {
    const whole = /^([\w-]+)\.mp4$/.exec(path);
    if (whole !== null) return this.#wholeFile(id, whole[1] ?? "");
    const known = await this.#known(id);
    if (known === undefined) return undefined;
    const { title } = known;
    if (path === "index.m3u8") return playlist(titlePlaylist(title));
    const list = /^([\w-]+)\.m3u8$/.exec(path);
    if (list !== null) {
      const track = title.tracks.find((each) => playlistName(title, each) === list[1]);
      return track && playlist(trackPlaylist(title, track));
    }
    const piece = /^(\w+)\/(\d{1,9})\/(?:(init)\.mp4|(\d{1,9})\.m4s)$/.exec(path);
    if (piece === null || piece[1] !== PACKAGING) return undefined;
    const track = title.tracks.find((each) => each.track.id === Number(piece[2]));
    if (track === undefined) return undefined;
    if (piece[3] === "init") return kept([writeInit([track.track])], TYPES.mp4, `${id} ${path}`);
    return this.#segment(id, known, track, Number(piece[4]));
  }

  /** An asset is gone: nothing of it is answered from memory. */
  forget(id: string): void {
    this.#titles.forget(`${id} `);
    this.#segments.forget(`${id} `);
  }

  async #wholeFile(id: string, rendition: string): Promise<VodAnswer | undefined> {
    const asset = await this.#sources.find(id);
    const file = asset?.files.find((each) => each.rendition === rendition);
    if (file === undefined) return undefined;
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

  async #segment(
    id: string,
    { title }: Known,
    track: TitleTrack,
    segment: number,
  ): Promise<VodAnswer | undefined> {
    const from = track.starts[segment];
    const to = track.starts[segment + 1];
    if (from === undefined || to === undefined || to <= from) return undefined;
    const key = `${id} ${track.track.id} ${segment}`;
    const make = (): Promise<readonly Uint8Array[]> => mediaSegment(title, track, segment);
    const body = await this.#segments.get(key, make, bytesOf);
    return kept(body, TYPES.segment, key);
  }

  /** The first file of an asset with its tables. */
  async #known(id: string): Promise<Known | undefined> {
    const make = async (): Promise<Known | undefined> => {
      const asset = await this.#sources.find(id);
      const [file] = asset?.files ?? [];
      if (asset === undefined || file === undefined) return undefined;
      return { asset, file, title: await loadTitle(this.#sources.resolve(file.path)) };
    };
    const known = await this.#titles.get(`${id} `, make, (each) => each?.title.memory ?? 0);
    // That there is none is not kept: an asset of this id may still come.
    if (known === undefined) this.#titles.forget(`${id} `);
    return known;
  }
}

function playlist(text: string): VodAnswer {
  const body = [Buffer.from(text)];
  const etag = `"${createHash("sha256").update(text).digest("base64url").slice(0, 22)}"`;
  return {
    kind: "bytes",
    contentType: TYPES.playlist,
    cacheControl: PLAYLIST,
    etag,
    body,
    bytes: bytesOf(body),
  };
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
