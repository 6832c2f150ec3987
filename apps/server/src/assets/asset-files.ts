import { constants } from "node:fs";
import { mkdir, open, readdir, rm } from "node:fs/promises";
import { join } from "node:path";

/** Paths of a file that is being made. */
export type FileInMaking = {
  /** The temporary name. */
  readonly partial: string;
  /** The name it gets when it is durable and verified. */
  readonly final: string;
  /** `final` under the assets' root. */
  readonly path: string;
};

/** The assets' files: `{root}/{asset}/{rendition}.mp4`, and `{root}/.partial/` for what is being made. */
export interface AssetFiles {
  readonly root: string;
  /**
   * Makes the folders, and notes durably that the asset is being made, so that whatever a crash leaves
   * behind is found without looking through the catalogue.
   */
  begin(asset: string, rendition: string): Promise<FileInMaking>;
  /** The paths alone: nothing is made. */
  place(asset: string, rendition: string): FileInMaking;
  /** Makes the root where it is not there; its path. */
  ensureRoot(): Promise<string>;
  /** The asset's row is saved: the note goes. */
  settle(asset: string): Promise<void>;
  /** Removes all that there is of an asset: finished, unfinished, and the note. */
  discard(asset: string): Promise<void>;
  /** Notes that the asset is to be removed, before its row goes. */
  mark(asset: string): Promise<void>;
  /** Assets that were noted and not settled. */
  unsettled(): Promise<readonly string[]>;
  /** Absolute path of a file of an asset. */
  resolve(path: string): string;
}

const PARTIAL = ".partial";
const NOTE = ".unsettled";

/** Keeps assets in a folder of the local disk. */
export function openAssetFiles(root: string): AssetFiles {
  const partial = join(root, PARTIAL);
  const note = (asset: string): string => join(partial, `${checked(asset)}${NOTE}`);
  const place = (asset: string, rendition: string): FileInMaking => {
    const path = join(checked(asset), `${checked(rendition)}.mp4`);
    const name = `${asset}-${rendition}.mp4`;
    return { partial: join(partial, name), final: join(root, path), path };
  };
  const mark = async (asset: string): Promise<void> => {
    await mkdir(partial, { recursive: true });
    const file = await open(note(asset), "w", 0o644);
    await file.close();
    await syncFolder(partial);
  };
  return {
    root,
    mark,
    begin: async (asset, rendition) => {
      await mark(asset);
      await mkdir(join(root, asset), { recursive: true });
      await syncFolder(root);
      return place(asset, rendition);
    },
    place,
    ensureRoot: async () => {
      await mkdir(root, { recursive: true });
      return root;
    },
    settle: async (asset) => rm(note(asset), { force: true }),
    discard: async (asset) => {
      for (const name of await namesIn(partial)) {
        if (name.startsWith(`${checked(asset)}-`)) await rm(join(partial, name), { force: true });
      }
      await rm(join(root, checked(asset)), { recursive: true, force: true });
      await rm(note(asset), { force: true });
    },
    unsettled: async () =>
      (await namesIn(partial))
        .filter((name) => name.endsWith(NOTE))
        .map((name) => name.slice(0, -NOTE.length)),
    resolve: (path) => join(root, path),
  };
}

/** An id becomes a file name: nothing that leads out of the folder. */
function checked(name: string): string {
  if (!/^[A-Za-z0-9_-]{1,128}$/.test(name)) throw new RangeError(`"${name}" is no file name`);
  return name;
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw error;
  }
}

/** Makes new names in a folder durable. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, constants.O_RDONLY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
