import type { Stream } from "@oxbow/sdk";
import type { RetentionRule, StorageView } from "@oxbow/site-contract";
import type { HandlersOf } from "../calls/index.ts";
import { channelsOfStreams } from "./channel-names.ts";
import { asked, noteAct, type OperatorParts } from "./operator-parts.ts";
import { orphanAssets, orphanStreams, removeOrphan } from "./orphans.ts";
import { previewRetention } from "./retention-preview.ts";

/** Streams that are looked through at most. */
const STREAMS = 5_000;
const PAGE = 200;

type StorageOperations = Pick<
  HandlersOf<"operator">,
  | "operator.storage"
  | "operator.previewRetention"
  | "operator.setRetention"
  | "operator.removeOrphan"
>;

/** What fills the disk, and for how long. */
export function storageHandlers(parts: OperatorParts): StorageOperations {
  const { client, world } = parts;
  return {
    "operator.storage": () => viewStorage(parts),
    "operator.previewRetention": async ({ params, body }) => {
      const { ranges } = await asked(() => client.archive.get(params.stream));
      const stored = ranges.map(({ from, to, bytes }) => ({
        from: Date.parse(from),
        to: Date.parse(to),
        bytes,
      }));
      return previewRetention(stored, body, world.now());
    },
    "operator.setRetention": async ({ params, body, caller }) => {
      const retention = toRetention(body);
      const stream = await asked(() => client.streams.update(params.stream, { retention }));
      const about = params.stream;
      await noteAct(parts, { caller, action: "retention.changed", about, detail: body });
      return ruleOf(stream);
    },
    "operator.removeOrphan": async ({ params: { orphan }, caller }) => {
      await removeOrphan(parts, orphan);
      await noteAct(parts, { caller, action: "orphan.removed", about: orphan });
    },
  };
}

async function viewStorage(parts: OperatorParts): Promise<StorageView> {
  const [storage, streams, assets] = await Promise.all([
    asked(() => parts.client.storage.get()),
    allStreams(parts),
    orphanAssets(parts),
  ]);
  const rules = new Map(streams.map((stream) => [stream.id, ruleOf(stream)]));
  const channels = await channelsOfStreams(
    parts.store,
    storage.streams.map(({ id }) => id),
  );
  const bytesOf = new Map(storage.streams.map(({ id, bytes }) => [id, bytes]));
  return {
    disk: storage.disk,
    assets: storage.assets,
    streams: storage.streams.map(({ id, name, bytes, oldest, newest, deleted }) => ({
      stream: { id, name },
      bytes,
      oldest,
      newest,
      deleted,
      channel: channels.get(id) ?? null,
      retention: rules.get(id) ?? FOREVER,
    })),
    orphans: [...(await orphanStreams(parts, streams, bytesOf)), ...assets.orphans],
    orphansCut: assets.isCut,
  };
}

async function allStreams({ client }: OperatorParts): Promise<readonly Stream[]> {
  const streams: Stream[] = [];
  let cursor: string | undefined;
  while (streams.length < STREAMS) {
    const query = { limit: PAGE, ...(cursor === undefined ? {} : { cursor }) };
    const { items, next } = await asked(() => client.streams.list(query));
    streams.push(...items);
    if (next === null) break;
    cursor = next;
  }
  return streams;
}

const FOREVER: RetentionRule = { days: null, bytes: null };

function ruleOf({ retention }: Stream): RetentionRule {
  return { days: retention?.days ?? null, bytes: retention?.bytes ?? null };
}

function toRetention({ days, bytes }: RetentionRule) {
  if (days === null && bytes === null) return null;
  return { ...(days === null ? {} : { days }), ...(bytes === null ? {} : { bytes }) };
}
