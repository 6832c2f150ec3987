import { createRequire } from "node:module";
import { constants } from "node:os";
import { getSystemErrorName } from "node:util";

// Calls of the system that Node.js does not have, by koffi. Each binds to undefined where the system, or
// the native module for it, is missing: reads and writes do the same.

/**
 * Copies `bytes` between open files inside the kernel; gives how many it moved, 0 at the source's end.
 * Throws a system error (`code`) where the disk refuses.
 * @typedef {(source: number, sourceOffset: number, target: number, targetOffset: number, bytes: number) => number} KernelCopy
 */

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
  /** @override */
  name = "KernelCopyRefused";
}

/** @returns {typeof import("koffi") | undefined} */
function loadKoffi() {
  if (process.platform !== "linux") return undefined;
  try {
    return createRequire(import.meta.url)("koffi");
  } catch {
    // No native module for this platform.
    return undefined;
  }
}

/**
 * Binds `copy_file_range(2)`, which on file systems with reflinks shares the blocks, and on others saves
 * the way through user memory.
 * @returns {KernelCopy | undefined}
 */
export function bindKernelCopy() {
  const koffi = loadKoffi();
  if (koffi === undefined) return undefined;
  try {
    const call = koffi
      .load(null)
      .func(
        "intptr_t copy_file_range(int source, _Inout_ int64_t *sourceOffset, int target, _Inout_ int64_t *targetOffset, size_t bytes, unsigned int flags)",
      );
    return (source, sourceOffset, target, targetOffset, bytes) => {
      const moved = call(source, [sourceOffset], target, [targetOffset], bytes, 0);
      if (typeof moved === "number" && moved >= 0) return moved;
      throw failure(koffi.errno());
    };
  } catch {
    // No such symbol.
    return undefined;
  }
}

/**
 * Has the system begin to write a range of an open file to the disk. A hint: what is durable, fsync says.
 * @typedef {(file: number, offset: number, bytes: number) => void} Writeback
 */

const SYNC_FILE_RANGE_WRITE = 2;

/**
 * Binds `sync_file_range(2)`: the disk works while the copy does, and the fsync at the end, which took as
 * long as the copy itself, finds little left.
 * @returns {Writeback | undefined}
 */
export function bindWriteback() {
  const koffi = loadKoffi();
  if (koffi === undefined) return undefined;
  try {
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

/**
 * Where memory lies, modulo a page; undefined where it can't be told.
 * @param {Uint8Array} memory
 * @param {number} page
 * @returns {number | undefined}
 */
export function placeInPage(memory, page) {
  const koffi = loadKoffi();
  return koffi === undefined ? undefined : Number(koffi.address(memory) % BigInt(page));
}

/** @param {number} errno */
function failure(errno) {
  if (NOT_HERE.has(errno)) return new KernelCopyRefused(`copy_file_range refused: errno ${errno}`);
  const code = getSystemErrorName(-errno);
  return Object.assign(new Error(`${code}, copy_file_range`), { code });
}
