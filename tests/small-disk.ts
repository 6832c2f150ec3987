import { execFile } from "node:child_process";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** A file system of its own that can really be full. */
export type SmallDisk = AsyncDisposable & {
  readonly path: string;
  /** Writes until nothing more goes in. */
  fill(): Promise<void>;
  /** Removes what `fill` wrote. */
  free(): Promise<void>;
};

/** Mounts one of so many bytes at `path`; undefined where this user may not mount. */
export async function mountSmallDisk(path: string, bytes: number): Promise<SmallDisk | undefined> {
  await mkdir(path);
  try {
    await run("mount", ["-t", "tmpfs", "-o", `size=${bytes}`, "tmpfs", path]);
  } catch {
    return undefined;
  }
  const ballast = join(path, "ballast");
  return {
    path,
    async fill() {
      try {
        await writeFile(ballast, Buffer.alloc(bytes));
      } catch (error) {
        if (error instanceof Error && "code" in error && error.code === "ENOSPC") return;
        throw error;
      }
      throw new Error("The disk took more than it has");
    },
    free: () => rm(ballast, { force: true }),
    async [Symbol.asyncDispose]() {
      await run("umount", ["-l", path]);
    },
  };
}
