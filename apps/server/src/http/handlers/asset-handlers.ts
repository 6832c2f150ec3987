import { Fault } from "@oxbow/contract";
import type { Assets } from "../../assets/index.ts";
import type { Streams } from "../../streams/index.ts";
import type { Handlers } from "../api/index.ts";
import { pageOf } from "./page.ts";

export type AssetPorts<Tx> = {
  readonly assets: Assets<Tx>;
  readonly streams: Streams;
  /** Who may watch an asset may have changed. */
  readonly policyChanged: (asset: string) => void;
};

type AssetOperations = Pick<
  Handlers,
  | "assets.list"
  | "assets.create"
  | "assets.get"
  | "assets.update"
  | "assets.delete"
  | "subtitles.list"
  | "subtitles.create"
  | "subtitles.replace"
  | "subtitles.delete"
>;

export function assetHandlers<Tx>({
  assets,
  streams,
  policyChanged,
}: AssetPorts<Tx>): AssetOperations {
  return {
    "assets.list": ({ query }) =>
      assets.list({
        limit: query.limit,
        state: query.state,
        ...(query.stream !== undefined && { stream: streams.get(query.stream).stream.id }),
        ...(query.cursor !== undefined && { cursor: query.cursor }),
      }),
    "assets.create": async ({ body }) => {
      const { title, metadata, playback, upload, uploads } = body;
      const made = await assets.create({
        files: filesOf(uploads ?? (upload === undefined ? [] : [upload])),
        ...(title !== undefined && { title }),
        ...(metadata !== undefined && { metadata }),
        ...(playback !== undefined && { policy: playback.policy }),
      });
      const [first] = made.uploads;
      return first === undefined ? made : { ...made, upload: first };
    },
    "assets.get": ({ params }) => assets.get(params.asset),
    "assets.update": async ({ params, body }) => {
      const changed = await assets.update(params.asset, {
        ...(body.title !== undefined && { title: body.title }),
        ...(body.metadata !== undefined && { metadata: body.metadata }),
        ...(body.playback !== undefined && { policy: body.playback.policy }),
      });
      if (body.playback !== undefined) policyChanged(changed.id);
      return changed;
    },
    "assets.delete": ({ params }) => assets.remove(params.asset),
    "subtitles.list": async ({ params, query }) => {
      const { subtitles } = await assets.get(params.asset);
      return pageOf(subtitles, ({ id }) => id, query);
    },
    "subtitles.create": ({ params, query, body }) =>
      assets.addSubtitle(params.asset, { ...query, text: body }),
    "subtitles.replace": async ({ params, query, body }) => {
      const { subtitles } = await assets.get(params.asset);
      const now = subtitles.find(({ id }) => id === params.subtitle);
      if (now === undefined) {
        throw new Fault(
          "subtitle_unknown",
          `"${params.asset}" has no subtitle "${params.subtitle}"`,
        );
      }
      return assets.replaceSubtitle(params.asset, params.subtitle, {
        language: query.language ?? now.language,
        kind: query.kind ?? now.kind,
        default: query.default ?? now.default,
        forced: query.forced ?? now.forced,
        // What it was called may be the name of its language.
        label: query.label ?? (query.language === undefined ? now.label : undefined),
        text: body,
      });
    },
    "subtitles.delete": ({ params }) => assets.removeSubtitle(params.asset, params.subtitle),
  };
}

type FileWish = {
  readonly name: string;
  readonly bytes: number;
  readonly rendition?: string | undefined;
};

function filesOf(wishes: readonly FileWish[]) {
  return wishes.map(({ name, bytes, rendition }) => ({
    name,
    bytes,
    ...(rendition !== undefined && { rendition }),
  }));
}
