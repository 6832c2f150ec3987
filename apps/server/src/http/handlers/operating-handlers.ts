import type { Setting, Storage, Told } from "@oxbow/contract";
import { rfc3339 } from "@oxbow/media";
import type { Archive } from "../../archive/index.ts";
import type { Handlers } from "../api/index.ts";

export type OperatingPorts = {
  readonly archive: Pick<Archive, "storage">;
  readonly assets: {
    storage(): Promise<{ readonly count: number; readonly bytes: number }>;
  };
  /** Without secrets. */
  readonly settings: readonly Setting[];
};

/** What whoever runs the server asks of it. */
export function operatingHandlers(
  ports: OperatingPorts,
): Pick<Handlers, "storage.get" | "settings.get"> {
  return {
    "storage.get": () => storageOf(ports),
    "settings.get": async () => ({ items: ports.settings }),
  };
}

async function storageOf({ archive, assets }: OperatingPorts): Promise<Told<Storage>> {
  const [{ disk, streams }, ofAssets] = await Promise.all([archive.storage(), assets.storage()]);
  return {
    disk: { ...disk, fullAt: disk.fullAt === null ? null : rfc3339(disk.fullAt) },
    streams: streams
      .toSorted((a, b) => b.bytes - a.bytes)
      .map(({ stream, name, bytes, oldest, newest, isDeleted }) => ({
        id: stream,
        name,
        bytes,
        oldest: rfc3339(oldest),
        newest: rfc3339(newest),
        deleted: isDeleted,
      })),
    assets: ofAssets,
  };
}
