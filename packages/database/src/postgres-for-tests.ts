import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chown, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { Client } from "pg";

const START_TIMEOUT_MS = 30_000;
/** The user "nobody" of Linux: PostgreSQL refuses to run as root. */
const NOBODY = 65_534;
/**
 * Texts stand in the order of a language, as in most people's databases: where signs and capitals are
 * not in the order of their bytes, what takes them to be shows it.
 */
const AS_PEOPLE_SORT = ["--locale-provider=icu", "--icu-locale=en-US"];

/** A private PostgreSQL for one test file: its own folder, a unix socket in it, no network. */
export interface TestPostgres extends AsyncDisposable {
  /** The URL of a new empty database. */
  database(): Promise<string>;
}

/** Starts one, or says why there is none. Tests on PostgreSQL are skipped then, with that reason. */
export async function startPostgres(): Promise<TestPostgres | { readonly missing: string }> {
  const programs = await findPrograms();
  if (programs === undefined) {
    return {
      missing: "PostgreSQL is not installed: no initdb on the PATH or in /usr/lib/postgresql",
    };
  }
  const folder = await mkdtemp(join(tmpdir(), "oxbow-postgres-"));
  const user = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
  if ("uid" in user) await chown(folder, NOBODY, NOBODY);
  const options = { ...user, cwd: folder, stdio: "ignore" as const };
  const data = join(folder, "data");
  const initArguments = ["-D", data, "-U", "oxbow", "--auth=trust", "--no-sync", "-E", "UTF8"];
  const initdb = async (...more: string[]): Promise<boolean> => {
    const child = spawn(join(programs, "initdb"), [...initArguments, ...more], options);
    const [code] = await once(child, "exit");
    return code === 0;
  };
  // Before PostgreSQL 15 it knows no such order, and removes what it had begun.
  if (!(await initdb(...AS_PEOPLE_SORT)) && !(await initdb())) {
    await rm(folder, { recursive: true, force: true });
    return { missing: "PostgreSQL can't make a database here: initdb failed" };
  }
  const flags = ["-D", data, "-k", folder, "-c", "listen_addresses=", "-c", "fsync=off"];
  const server = spawn(join(programs, "postgres"), flags, options);
  await untilReady(server, folder);
  return running(server, folder);
}

function running(server: ChildProcess, folder: string): TestPostgres {
  let count = 0;
  return {
    async database() {
      const name = `test_${++count}`;
      const client = new Client(urlOf(folder, "postgres"));
      await client.connect();
      await client.query(`create database ${name}`);
      await client.end();
      return urlOf(folder, name);
    },
    async [Symbol.asyncDispose]() {
      const ended = once(server, "exit");
      // SIGQUIT is PostgreSQL's immediate shutdown: nothing here is worth a checkpoint.
      server.kill("SIGQUIT");
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const urlOf = (folder: string, database: string): string =>
  `postgres://oxbow@/${database}?host=${encodeURIComponent(folder)}`;

async function untilReady(server: ChildProcess, folder: string): Promise<void> {
  const until = Date.now() + START_TIMEOUT_MS;
  for (;;) {
    const client = new Client(urlOf(folder, "postgres"));
    try {
      await client.connect();
      await client.end();
      return;
    } catch (cause) {
      if (server.exitCode !== null || Date.now() > until) {
        throw new Error("The test's PostgreSQL did not start", { cause });
      }
      await delay(50);
    }
  }
}

/** Where `initdb` and `postgres` are: "" for the PATH. */
async function findPrograms(): Promise<string | undefined> {
  const root = "/usr/lib/postgresql";
  const versions = await readdir(root).catch((): string[] => []);
  const newestFirst = versions.toSorted((a, b) => Number(b) - Number(a));
  const folders = ["", ...newestFirst.map((version) => join(root, version, "bin"))];
  return folders.find((folder) =>
    ["initdb", "postgres"].every(
      (program) => spawnSync(join(folder, program), ["--version"]).status === 0,
    ),
  );
}
