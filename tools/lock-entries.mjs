/**
 * @typedef {{
 *   version?: string, optional?: boolean, dev?: boolean, os?: string[], cpu?: string[], libc?: string[],
 *   optionalDependencies?: Record<string, string>, [more: string]: unknown
 * }} Entry
 * @typedef {Record<string, Entry>} Entries the `packages` of a lock file, by path
 */

const systems = [
  "aix",
  "android",
  "darwin",
  "freebsd",
  "linux",
  "netbsd",
  "openbsd",
  "openharmony",
  "sunos",
  "win32",
];
const processors = [
  "arm",
  "arm64",
  "ia32",
  "loong64",
  "mips64el",
  "ppc64",
  "riscv64",
  "s390x",
  "x64",
];

/**
 * The platform that a package's name speaks of: `@oxlint/binding-linux-x64-musl`.
 *
 * @param {string} name
 * @returns {Pick<Entry, "os" | "cpu" | "libc">}
 */
export function platformOf(name) {
  const words = name.split(/[/-]/);
  const os = systems.filter((system) => words.includes(system));
  const cpu = processors.filter((processor) => words.includes(processor));
  const gnu = words.some((word) => word.startsWith("gnu")) && os.includes("linux");
  const libc = words.some((word) => word.startsWith("musl")) ? ["musl"] : gnu ? ["glibc"] : [];
  return {
    ...(cpu.length > 0 ? { cpu } : {}),
    ...(libc.length > 0 ? { libc } : {}),
    ...(os.length > 0 ? { os } : {}),
  };
}

/**
 * The optional dependencies that no entry stands for, with what would stand there.
 *
 * @param {Entries} packages
 * @returns {[path: string, entry: Entry][]}
 */
export function missingEntries(packages) {
  return Object.entries(packages).flatMap(([from, { optionalDependencies = {}, dev }]) =>
    Object.entries(optionalDependencies)
      .filter(
        ([name]) =>
          packages[`node_modules/${name}`] === undefined &&
          packages[`${from}/node_modules/${name}`] === undefined,
      )
      .map(([name, version]) => {
        /** @type {Entry} */
        const entry = {
          version,
          ...platformOf(name),
          ...(dev === true ? { dev } : {}),
          optional: true,
        };
        /** @type {[string, Entry]} */
        const row = [`node_modules/${name}`, entry];
        return row;
      }),
  );
}

/** @param {Entries} packages @returns {Entries} with an entry for every optional dependency, sorted as npm sorts */
export function completed(packages) {
  const all = [...Object.entries(packages), ...missingEntries(packages)];
  return Object.fromEntries(all.toSorted(([a], [b]) => a.localeCompare(b, "en")));
}
