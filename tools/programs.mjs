import { accessSync, constants, readdirSync } from "node:fs";
import { delimiter, join } from "node:path";

/**
 * @param {readonly string[]} names
 * @param {readonly string[]} folders
 * @returns {string | undefined} path of the first that is there and may be run
 */
function firstOf(names, folders) {
  for (const name of names) {
    for (const folder of folders) {
      const path = join(folder, name);
      try {
        accessSync(path, constants.X_OK);
        return path;
      } catch {
        // Not here: the next folder may have it.
      }
    }
  }
  return undefined;
}

/**
 * @param {string} folder
 * @param {string} below
 * @returns {string[]} `below` of each version that stands in `folder`, highest version first
 */
function versions(folder, below) {
  try {
    return readdirSync(folder)
      .toSorted((a, b) => b.localeCompare(a, "en", { numeric: true }))
      .map((version) => join(folder, version, below));
  } catch {
    // No such folder on this system.
    return [];
  }
}

const path = (process.env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
const suffix = process.platform === "win32" ? ".exe" : "";

/** The programs that Oxbow or its tests use, and where each may stand. Each answers its path. */
export const programs = {
  ffmpeg: () => firstOf([`ffmpeg${suffix}`], path),
  chromium: () =>
    firstOf(
      ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome.exe"],
      [...path, "C:\\Program Files\\Google\\Chrome\\Application"],
    ) ??
    firstOf(
      ["Chromium.app/Contents/MacOS/Chromium", "Google Chrome.app/Contents/MacOS/Google Chrome"],
      ["/Applications"],
    ),
  postgresql: () =>
    firstOf(
      [`initdb${suffix}`],
      [
        ...path,
        ...versions("/usr/lib/postgresql", "bin"),
        ...versions("/opt/homebrew/opt", "bin"),
        "/usr/pgsql/bin",
      ],
    ),
};

/** @typedef {keyof typeof programs} Program */
