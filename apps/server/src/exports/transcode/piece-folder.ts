import { constants } from "node:fs";
import { mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";

const ENDING = ".pieces";
const OUTLINE = "outline";

/**
 * What an export has encoded so far: durable pieces, so that an attempt goes on where the one before it was
 * killed. A piece is there under its name, or it is not finished.
 */
export class PieceFolder {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  /** Opens the folder of an export. Pieces of another `outline` (another range, other wishes) are removed. */
  static async open(root: string, job: string, outline: string): Promise<PieceFolder> {
    const path = folderOf(root, job);
    const known = await ifThere(readFile(join(path, OUTLINE), "utf8"));
    if (known !== outline) {
      await rm(path, { recursive: true, force: true });
      await mkdir(path, { recursive: true });
      await writeFile(join(path, OUTLINE), outline);
    }
    return new PieceFolder(path);
  }

  /** Absolute path of a finished piece. */
  place(name: string): string {
    return join(this.path, name);
  }

  /** Where it is made. */
  draft(name: string): string {
    return join(this.path, `${name}.part`);
  }

  /** Bytes of a finished piece; undefined where there is none. */
  async bytes(name: string): Promise<number | undefined> {
    return (await ifThere(stat(this.place(name))))?.size;
  }

  /** Bytes of a piece that is being made. */
  async drafted(name: string): Promise<number> {
    return (await ifThere(stat(this.draft(name))))?.size ?? 0;
  }

  /** Makes pieces durable that are written, and gives them their names. */
  async finish(names: readonly string[]): Promise<void> {
    for (const name of names) {
      await using file = await open(this.draft(name), constants.O_RDONLY);
      await file.sync();
    }
    for (const name of names) await rename(this.draft(name), this.place(name));
    await using folder = await open(this.path, constants.O_RDONLY);
    await folder.sync();
  }

  async drop(names: readonly string[]): Promise<void> {
    for (const name of names) await rm(this.draft(name), { force: true });
  }

  /** Removes everything. */
  async discard(): Promise<void> {
    await rm(this.path, { recursive: true, force: true });
  }
}

function folderOf(root: string, job: string): string {
  if (!/^[A-Za-z0-9_-]{1,128}$/.test(job)) throw new RangeError(`"${job}" is no file name`);
  return join(root, ".partial", `${job}${ENDING}`);
}

/** Removes the pieces of an export; none is no fault. */
export async function discardPieces(root: string, job: string): Promise<void> {
  await rm(folderOf(root, job), { recursive: true, force: true });
}

/** The exports that pieces are kept of. */
export async function piecesKept(root: string): Promise<readonly string[]> {
  const names = (await ifThere(readdir(join(root, ".partial")))) ?? [];
  return names.filter((name) => name.endsWith(ENDING)).map((name) => name.slice(0, -ENDING.length));
}

/** Undefined where there is no such file. Any other failure is one: what was encoded is not thrown away for it. */
async function ifThere<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}
