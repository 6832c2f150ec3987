import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { sql } from "kysely";
import { DatabaseError, databaseTrouble } from "./database-error.ts";
import type { Migration } from "./migration.ts";
import { openDatabase } from "./open-database.ts";
import { runAgain } from "./run-again.ts";

type Schema = { words: { word: string } };

const words: Migration = async (db) => {
  await sql`create table words (word text primary key)`.execute(db);
};

async function inFolder(body: (file: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "oxbow-database-"));
  try {
    await body(join(folder, "below", "words.db"));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

test("a program without errors of its own is refused by the package's", () =>
  inFolder(async (file) => {
    await using database = await openDatabase<Schema>({ file }, { migrations: [words] });
    await assert.rejects(
      database.db.transaction().execute(async () => undefined),
      { name: "DatabaseRefusal", code: "internal" },
    );
    await database.durable((tx) => tx.insertInto("words").values({ word: "a" }).execute());
    await database.relaxed((tx) => tx.insertInto("words").values({ word: "b" }).execute());
    const rows = await database.db.selectFrom("words").selectAll().orderBy("word").execute();
    assert.deepEqual(rows, [{ word: "a" }, { word: "b" }]);
  }));

test("a database of a newer program is refused, and left as it is", () =>
  inFolder(async (file) => {
    {
      await using newer = await openDatabase<Schema>(
        { file },
        { migrations: [words, async () => undefined] },
      );
      assert.equal(newer.dialect, "sqlite");
    }
    await assert.rejects(openDatabase<Schema>({ file }, { migrations: [words] }), {
      message:
        "Cannot open the database: its tables are of step 2, this server knows 1. Start the newer server again",
    });
  }));

test("events of transactions that commit together are saved in one go", () =>
  inFolder(async (file) => {
    const saved: number[] = [];
    await using database = await openDatabase<Schema, string>(
      { file },
      {
        migrations: [words],
        saveEvents: async (db, events) => {
          saved.push(events.length);
          for (const word of events) await db.insertInto("words").values({ word }).execute();
        },
      },
    );
    const say = (word: string) => database.durable((tx) => database.saveEvents(tx, [word]));
    await Promise.all(["a", "b", "c", "d"].map(say));
    assert.equal(
      saved.reduce((sum, count) => sum + count, 0),
      4,
    );
    assert.ok(saved.length < 4);
    const rows = await database.db.selectFrom("words").selectAll().orderBy("word").execute();
    assert.deepEqual(rows.map(({ word }) => word).join(""), "abcd");
  }));

test("what PostgreSQL gives up for the sake of another one runs again, four times in all", async () => {
  const failing = (code: string) => {
    let runs = 0;
    const run = () =>
      runAgain(async () => {
        runs += 1;
        throw new DatabaseError("no", code);
      }).catch(() => runs);
    return run();
  };
  assert.deepEqual(
    [await failing("40P01"), await failing("40001"), await failing("23505")],
    [4, 4, 1],
  );
});

test("trouble of the disk and of the way to the database is told from a wrong statement", () => {
  const trouble = (code: string) => databaseTrouble(new DatabaseError("no", code));
  assert.deepEqual(
    [
      "SQLITE_FULL",
      "53100",
      "SQLITE_IOERR_WRITE",
      "SQLITE_READONLY",
      "SQLITE_BUSY",
      "ECONNREFUSED",
      "08006",
      "57P01",
      "23505",
    ].map(trouble),
    ["full", "full", "failed", "failed", "away", "away", "away", "away", undefined],
  );
});
