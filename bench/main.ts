import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";

// `npm run bench` runs all, `npm run bench -- ingest export` those. Each prints JSON lines.

/** Files here that are measurements by themselves; the others are what they are made with. */
const measurements = [
  "ingest",
  "http",
  "fanout",
  "export",
  "dvr",
  "events",
  "chat",
  "hooks",
  "low-latency",
  "ladder",
  "site",
] as const;

const folder = fileURLToPath(new URL(".", import.meta.url));
const there = new Set(await readdir(folder));
const asked = process.argv.slice(2);
const names = asked.length > 0 ? asked : measurements;
for (const name of names) {
  if (!there.has(`${name}.ts`) || !measurements.some((known) => known === name)) {
    process.stderr.write(`There is no measurement "${name}": ${measurements.join(", ")}\n`);
    process.exit(2);
  }
  const child = spawn(process.execPath, [`${folder}${name}.ts`], { stdio: "inherit" });
  const [code] = await once(child, "exit");
  if (code !== 0) process.exit(1);
}
