import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { Fault } from "@oxbow/contract";
import { type Millis, plus, rfc3339 } from "@oxbow/media";
import { type MediaPlace, mediaPlace } from "../../packager/index.ts";
import { AnswerCache } from "../answer-cache.ts";
import type { DvrAnswer, MediaExtent } from "../archive-door.ts";
import { RecordedMedia } from "../recorded-media.ts";
import { type RecordedPictures, recordedPictures } from "../recorded-pictures.ts";
import { type RecordedStretch, recordedSegments } from "../recorded-segments.ts";
import { normalised, type RenditionFiles } from "../rendition-files.ts";
import { SegmentTables } from "../segment-tables.ts";
import { SOURCE } from "../stored-stretch.ts";
import { rangePlaylist } from "./dvr-index.ts";
import type { DvrListing, ListingOptions } from "./dvr-listing.ts";
import { DvrListings } from "./dvr-listings.ts";
import { CLOCK, DvrManifests, isToldAll, MANIFEST } from "./dvr-manifest.ts";
import { toldMarks } from "./dvr-markers.ts";
import {
  NORMALISED,
  PLAYLISTS,
  RENDITION_PLAYLIST,
  SKIP_TARGETS,
  skippable,
  trackPlaylist,
} from "./dvr-playlist.ts";
import {
  type Directives,
  type DvrQuery,
  dvrQuery,
  readDirectives,
  readQuery,
} from "./dvr-query.ts";
import type { Listed } from "./listed.ts";
import { PlaylistBlocks, type PlaylistKind } from "./playlist-block.ts";

const MANIFEST_TYPE = "application/dash+xml";
const PLAYLIST_TYPE = "application/vnd.apple.mpegurl";
/** Retention may take media of a finished range away: after a while a cache asks again. */
const FINISHED = "public, max-age=300, must-revalidate";
/** Held playlists may be kept for six targets, others for half a one (rfc8216bis §B.1). */
const HELD_TARGETS = 6;

const compress = promisify(gzip);

export type DvrOptions = ListingOptions & {
  readonly cacheBytes: number;
  /** Text of playlists that is kept. */
  readonly textBytes: number;
};

type TextKind = PlaylistKind | "index" | "manifest";
/** A playlist of a range: of the source, of another rendition, or of the sound that was made of it. */
type Named = { readonly kind: TextKind; readonly rendition: string | undefined };
type Asked = Named & { readonly query: DvrQuery } & Directives;

/** Answers the URLs under /dvr/{stream}/, instant MP4 excepted. */
export class DvrRoute {
  readonly #options: DvrOptions;
  readonly #tables: SegmentTables;
  readonly #listings: DvrListings;
  readonly #manifests: DvrManifests;
  readonly #answers: AnswerCache;
  readonly #media: RecordedMedia;
  readonly #blocks: PlaylistBlocks;
  /** Makes the tags of this process's answers unlike those of any other. */
  readonly #mark: string;
  /** Answers made so far. */
  #made = 0;

  constructor(options: DvrOptions) {
    this.#options = options;
    this.#tables = new SegmentTables(options.indexes, options.live);
    this.#listings = new DvrListings(options, this.#tables);
    this.#manifests = new DvrManifests(options.root, options.indexes, options.live);
    this.#answers = new AnswerCache(options.cacheBytes);
    this.#media = new RecordedMedia(options, this.#tables, this.#answers);
    this.#blocks = new PlaylistBlocks(options.textBytes);
    this.#mark = options.world.id("stt").slice(-12);
  }

  /** See `Archive.dvrRoute`. */
  async answer(
    stream: string,
    path: string,
    query: URLSearchParams,
    gone?: AbortSignal,
  ): Promise<DvrAnswer | undefined> {
    const place = mediaPlace(path);
    if (place !== undefined) return this.media(stream, place);
    if (path === CLOCK) return clockAnswer(this.#options.world.now());
    const named = nameOf(path);
    if (named === undefined) return undefined;
    const asked = { ...named, query: readQuery(query), ...readDirectives(query) };
    this.#refuseLong(asked.query);
    return this.#playlist(stream, asked, gone);
  }

  /** See `Archive.media`. */
  media(stream: string, place: MediaPlace): Promise<DvrAnswer | undefined> {
    return this.#media.answer(stream, place);
  }

  /** See `Archive.extent`. */
  extent(stream: string, place: MediaPlace): Promise<MediaExtent | undefined> {
    return this.#media.extent(stream, place);
  }

  /** See `Archive.seed`. */
  seed(stream: string, broadcast: string, since: Millis): Promise<readonly RecordedStretch[]> {
    return recordedSegments(this.#options, this.#tables, { stream, broadcast, since });
  }

  /** See `Archive.pictures`. */
  pictures(stream: string, from: Millis, to: Millis): Promise<RecordedPictures> {
    return recordedPictures(this.#options, this.#tables, { stream, from, to });
  }

  /** Something was removed: nothing that was remembered is sure to be there. */
  forget(): void {
    this.#answers.clear();
    this.#manifests.forget();
    this.#media.forget();
  }

  close(): void {
    this.#listings.close();
  }

  async #playlist(
    stream: string,
    asked: Asked,
    gone: AbortSignal | undefined,
  ): Promise<DvrAnswer | undefined> {
    const { kind, query, msn } = asked;
    const listing = this.#listings.listing(stream, query);
    const rendition = asked.rendition ?? (await soundOf(listing));
    if (rendition === undefined) return undefined;
    const held = msn !== undefined && isMedia(kind);
    const listed = held
      ? await this.#listings.reached({ stream, rendition }, listing, msn, gone)
      : await listing.of(rendition);
    if (listed === undefined) return undefined;
    const all = isMedia(kind) ? [] : await listing.renditions(listed);
    const skip = listed.kind === "event" && !listed.ended ? asked.skip : undefined;
    const name = `${stream} ${kind} ${rendition}`;
    const key = `${name}${query.text} ${skip ?? ""} ${held ? "held" : ""}`;
    const isFinal =
      kind === "manifest" ? isToldAll(listed, this.#options.world.now()) : listed.ended;
    const version = `${versionOf(kind, listed, all)}${isFinal ? " final" : ""}`;
    const make = async () => {
      const body =
        kind === "manifest"
          ? await this.#manifest(listed, all, query)
          : this.#text(listed, all, { ...asked, kind }, skip);
      const type = kind === "manifest" ? MANIFEST_TYPE : PLAYLIST_TYPE;
      return body && this.#answer(body, cacheControl(listed, { isFinal, held }), type);
    };
    return this.#answers.get(key, version, make, ownBytes);
  }

  async #manifest(
    listed: Listed,
    all: readonly Listed[],
    { to }: DvrQuery,
  ): Promise<readonly Uint8Array[] | undefined> {
    const text = await this.#manifests.text(listed, all, { to, now: this.#options.world.now() });
    return text === undefined ? undefined : [Buffer.from(text)];
  }

  #text(
    listed: Listed,
    all: readonly Listed[],
    { kind, query }: Asked & { readonly kind: PlaylistKind | "index" },
    skip: Directives["skip"],
  ): readonly Uint8Array[] | undefined {
    if (kind === "index") return rangePlaylist(listed, filesOf(all), playable(listed, query).text);
    const skipped = skip === undefined ? 0 : skippable(listed);
    const marks = this.#marks(listed, query, skipped > 0 && skip === "v2");
    return trackPlaylist(listed, { kind, skipped, ...marks }, this.#blocks);
  }

  /** What the playlist says of markers, to a reader who keeps those that he has only what is new. */
  #marks({ marks, from, targetDuration }: Listed, { to }: DvrQuery, keeps: boolean) {
    const { playlistMs, world } = this.#options;
    const since = keeps ? plus(world.now(), -SKIP_TARGETS * targetDuration * 1000) : undefined;
    return toldMarks(marks, [from, to ?? plus(from, playlistMs)], since);
  }

  #answer(body: readonly Uint8Array[], control: string, contentType: string): DvrAnswer {
    const bytes = body.reduce((sum, { length }) => sum + length, 0);
    this.#made += 1;
    let compressed: Promise<Uint8Array> | undefined;
    return {
      contentType,
      cacheControl: control,
      body,
      bytes,
      etag: `"${this.#mark}-${this.#made.toString(36)}"`,
      gzip: () => (compressed ??= compress(Buffer.concat(body))),
    };
  }

  #refuseLong({ from, to }: DvrQuery): void {
    const { playlistMs } = this.#options;
    if (to === undefined || to - from <= playlistMs) return;
    const hours = Math.floor(playlistMs / 3_600_000);
    throw new Fault(
      "range_invalid",
      `Cannot list "${from}" to "${to}" in one playlist: ask for at most ${hours} hours at a time`,
      { field: "to" },
    );
  }
}

/** Whether it is a media playlist, which may be waited for. */
function isMedia(kind: TextKind): boolean {
  return kind !== "index" && kind !== "manifest";
}

/** What a player of a running manifest sets its clock by (urn:mpeg:dash:utc:http-xsdate:2014). */
function clockAnswer(now: Millis): DvrAnswer {
  const body = Buffer.from(rfc3339(now));
  const contentType = "text/plain";
  return { contentType, cacheControl: "no-store", body: [body], bytes: body.length };
}

const NAMES: ReadonlyMap<string, Named> = new Map([
  [MANIFEST, { kind: "manifest", rendition: SOURCE }],
  ["index.m3u8", { kind: "index", rendition: SOURCE }],
  [PLAYLISTS.video, { kind: "video", rendition: SOURCE }],
  [PLAYLISTS.audio, { kind: "audio", rendition: SOURCE }],
  [PLAYLISTS.pictures, { kind: "pictures", rendition: SOURCE }],
  [NORMALISED, { kind: "audio", rendition: undefined }],
]);

function nameOf(path: string): Named | undefined {
  const rendition = RENDITION_PLAYLIST.exec(path)?.[1];
  if (rendition !== undefined && rendition !== SOURCE) return { kind: "video", rendition };
  return NAMES.get(path);
}

const filesOf = (all: readonly Listed[]): RenditionFiles[] =>
  all.flatMap(({ rendition }) => (rendition === undefined ? [] : [rendition]));

/** The rendition that has the sound that was made of the source's, where one has. */
async function soundOf(listing: DvrListing): Promise<string | undefined> {
  const listed = await listing.now();
  return normalised(listed.tracks, filesOf(await listing.renditions(listed)))?.name;
}

/** Changes when the text does. A list of the renditions changes with what there is, as often as the source's. */
function versionOf(kind: TextKind, { revision }: Listed, all: readonly Listed[]): string {
  const names = all.map(
    (each) => `${each.rendition?.name} ${kind === "manifest" ? `${each.revision}` : ""}`,
  );
  return `${revision} ${names.join(" ")}`;
}

/** Who begins to play now begins with what is left. */
function playable(listed: Listed, query: DvrQuery): DvrQuery {
  const { to, broadcast } = query;
  const { playableFrom: from } = listed;
  return from === undefined ? query : dvrQuery(from, to, broadcast);
}

/** Its text is shared with other answers; what it has alone is its beginning, its end and its gzip. */
function ownBytes({ bytes }: DvrAnswer): number {
  return 4096 + bytes / 8;
}

function cacheControl(
  { targetDuration }: Listed,
  { isFinal, held }: { readonly isFinal: boolean; readonly held: boolean },
): string {
  if (isFinal) return FINISHED;
  const seconds = held ? HELD_TARGETS * targetDuration : Math.max(1, targetDuration >> 1);
  return `public, max-age=${seconds}`;
}
