import { readdir, readFile } from "node:fs/promises";

/** What Linux says of a process: its name in /proc, its state, its parent. Undefined: it is gone. */
async function statOf(
  pid: number,
): Promise<{ readonly name: string; readonly state: string; readonly parent: number } | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  const [, name = "", state = "", parent = ""] = /^\d+ \((.*)\) (\S) (\d+)/.exec(text) ?? [];
  return name === "" ? undefined : { name, state, parent: Number(parent) };
}

/** The ffmpeg processes that a process has started and that still are. */
export async function encodersOf(parent: number): Promise<number[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);
  const stats = await Promise.all(pids.map(statOf));
  return pids.filter((_, at) => {
    const stat = stats[at];
    return stat?.parent === parent && stat.name === "ffmpeg" && stat.state !== "Z";
  });
}

/** Whether a process is no more; one that only waits to be counted as dead is none. */
export async function isGone(pid: number): Promise<boolean> {
  const stat = await statOf(pid);
  return stat === undefined || stat.state === "Z";
}
