import { createRequire } from "node:module";
import { constants } from "node:os";
import { getSystemErrorName } from "node:util";

/**
 * Copies `bytes` between open files inside the kernel; gives how many it moved, 0 at the source's end.
 * Throws a system error (`code`) where the disk refuses.
 */
export type KernelCopy = (
  source: number,
  sourceOffset: number,
  target: number,
  targetOffset: number,
  bytes: number,
) => number;

/** Refusals that say nothing of the disk: this pair of files is to be copied by reads and writes. */
const NOT_HERE = new Set([
  constants.errno.EXDEV,
  constants.errno.ENOSYS,
  constants.errno.EOPNOTSUPP,
  constants.errno.EINVAL,
  constants.errno.EPERM,
]);

/** The kernel does not copy between these files. */
export class KernelCopyRefused extends Error {
  override readonly name = "KernelCopyRefused";
}

/**
 * Binds `copy_file_range(2)`, which on file systems with reflinks shares the blocks, and on others saves
 * the way through user memory. Undefined where the system has none.
 */
export function bindKernelCopy(): KernelCopy | undefined {
  if (process.platform !== "linux") return undefined;
  try {
    const koffi: typeof import("koffi") = createRequire(import.meta.url)("koffi");
    const call = koffi
      .load(null)
      .func(
        "intptr_t copy_file_range(int source, _Inout_ int64_t *sourceOffset, int target, _Inout_ int64_t *targetOffset, size_t bytes, unsigned int flags)",
      );
    return (source, sourceOffset, target, targetOffset, bytes) => {
      const moved: unknown = call(source, [sourceOffset], target, [targetOffset], bytes, 0);
      if (typeof moved === "number" && moved >= 0) return moved;
      throw failure(koffi.errno());
    };
  } catch {
    // No such symbol, or no native module for this platform: reads and writes do the same.
    return undefined;
  }
}

/** Has the system begin to write a range of an open file to the disk. A hint: what is durable, fsync says. */
export type Writeback = (file: number, offset: number, bytes: number) => void;

const SYNC_FILE_RANGE_WRITE = 2;

/**
 * Binds `sync_file_range(2)`: the disk works while the copy does, and the fsync at the end, which took as
 * long as the copy itself, finds little left. Undefined where the system has none.
 */
export function bindWriteback(): Writeback | undefined {
  if (process.platform !== "linux") return undefined;
  try {
    const koffi: typeof import("koffi") = createRequire(import.meta.url)("koffi");
    const call = koffi
      .load(null)
      .func("int sync_file_range(int file, int64_t offset, int64_t bytes, unsigned int flags)");
    return (file, offset, bytes) => {
      call(file, offset, bytes, SYNC_FILE_RANGE_WRITE);
    };
  } catch {
    // As above: without it the fsync takes longer.
    return undefined;
  }
}

function failure(errno: number): Error {
  if (NOT_HERE.has(errno)) return new KernelCopyRefused(`copy_file_range refused: errno ${errno}`);
  const code = getSystemErrorName(-errno);
  return Object.assign(new Error(`${code}, copy_file_range`), { code });
}
