// node tools/complete-lock.mjs
//
// Some registries do not carry a tool's builds for every platform. npm then writes a lock file without
// them, and `npm ci` refuses that lock file everywhere. This adds what is missing: name, version and
// platform, which is all that `npm ci` needs to leave them out here and to find them elsewhere.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { completed } from "./lock-entries.mjs";

const path = fileURLToPath(new URL("../package-lock.json", import.meta.url));
const lock = JSON.parse(readFileSync(path, "utf8"));
const before = Object.keys(lock.packages).length;
lock.packages = completed(lock.packages);
writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`);
process.stdout.write(`${Object.keys(lock.packages).length - before} entries added\n`);
