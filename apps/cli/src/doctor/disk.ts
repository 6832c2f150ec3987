import { constants } from "node:fs";
import { access, statfs } from "node:fs/promises";
import { dirname } from "node:path";
import { bytesText } from "../print.ts";
import type { Finding } from "./finding.ts";

/** The folder, or the nearest one above it that exists. */
async function nearest(folder: string): Promise<string> {
  try {
    await access(folder);
    return folder;
  } catch (error) {
    const above = dirname(folder);
    if (above === folder) throw error;
    return nearest(above);
  }
}

/** Whether the server may keep its things there. */
export async function checkDataFolder(folder: string): Promise<Finding> {
  const what = "Data folder";
  const existing = await nearest(folder);
  try {
    await access(existing, constants.W_OK | constants.X_OK);
  } catch {
    const text = `${existing} can't be written: change its owner, or set OXBOW_DATA`;
    return { what, state: "bad", text };
  }
  if (existing === folder) return { what, state: "good", text: `${folder} can be written` };
  return { what, state: "good", text: `${folder} will be made at the first start` };
}

/** Whether there is room, by the limits of the server's own ladder. */
export async function checkDiskSpace(folder: string): Promise<Finding> {
  const { bavail, blocks, bsize } = await statfs(await nearest(folder));
  return judgeSpace(bavail * bsize, blocks * bsize);
}

/** Under 15 % is told, 10 % refuses exports, 5 % refuses recordings. */
export function judgeSpace(free: number, total: number): Finding {
  const what = "Disk space";
  const share = total === 0 ? 0 : free / total;
  const told = `${bytesText(free)} free of ${bytesText(total)} (${Math.floor(share * 100)} %)`;
  if (share < 0.05) return { what, state: "bad", text: `${told}: too little to record` };
  if (share < 0.1) return { what, state: "bad", text: `${told}: too little to export` };
  if (share < 0.15) return { what, state: "note", text: `${told}: make room soon` };
  return { what, state: "good", text: told };
}
