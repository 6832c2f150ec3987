/**
 * How a program is installed by the system's own package managers: what each manager calls it.
 *
 * @type {Record<import("./programs.mjs").Program, Record<string, string>>}
 */
export const packageNames = {
  ffmpeg: {
    "apt-get": "ffmpeg",
    dnf: "ffmpeg-free",
    apk: "ffmpeg",
    pacman: "ffmpeg",
    brew: "ffmpeg",
  },
  chromium: {
    "apt-get": "chromium",
    dnf: "chromium-headless",
    apk: "chromium",
    pacman: "chromium",
    brew: "chromium",
  },
  postgresql: {
    "apt-get": "postgresql",
    dnf: "postgresql-server",
    apk: "postgresql",
    pacman: "postgresql",
    brew: "postgresql",
  },
};

/**
 * The arguments by which a manager installs without a question.
 *
 * @type {Record<string, { refresh?: string[], install: string[] }>}
 */
const managers = {
  "apt-get": {
    refresh: ["update", "-qq"],
    install: ["install", "-y", "-qq", "--no-install-recommends"],
  },
  dnf: { install: ["install", "-y", "-q"] },
  apk: { install: ["add", "--no-progress", "--update-cache"] },
  pacman: { install: ["-Sy", "--noconfirm", "--needed"] },
  brew: { install: ["install", "--quiet"] },
};

/** The managers that are known, in the order in which they are looked for. */
export const managerNames = Object.keys(managers);

/**
 * The commands to run, one after the other; `refresh` may be left out where the package lists are new.
 *
 * @typedef {{ refresh?: string[], install: string[] }} Plan
 *
 * @param {readonly import("./programs.mjs").Program[]} missing
 * @param {string} manager one of `managerNames`
 * @param {boolean} root whether this user is root; brew never is
 * @returns {Plan}
 */
export function installPlan(missing, manager, root) {
  const verbs = managers[manager];
  if (verbs === undefined) throw new RangeError(`There is no package manager "${manager}"`);
  // `sudo -n` asks for no password: it works at once or refuses.
  const prefix = root || manager === "brew" ? [manager] : ["sudo", "-n", manager];
  const names = missing.map((program) => packageNames[program][manager] ?? program);
  const install = [...prefix, ...verbs.install, ...names];
  return verbs.refresh === undefined
    ? { install }
    : { refresh: [...prefix, ...verbs.refresh], install };
}

/**
 * What to tell a user who has to install by hand.
 *
 * @param {readonly import("./programs.mjs").Program[]} missing
 * @param {string | undefined} manager
 * @param {string} why why it was not done for them
 * @param {string} without what happens without them
 */
export function installAdvice(missing, manager, why, without) {
  const what =
    manager === undefined
      ? `Install ${missing.join(", ")} and have ${missing.length === 1 ? "it" : "them"} on the PATH.`
      : `To install: ${installPlan(missing, manager, false)
          .install.filter((word) => !["-n", "-y", "-q", "-qq", "--noconfirm"].includes(word))
          .join(" ")}`;
  return `Missing: ${missing.join(", ")} (${why}). ${what}\n${without}`;
}
