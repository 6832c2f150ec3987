import { type CleanedWhere, type CustomAdapter, createAdapterFactory } from "better-auth/adapters";
import { type RawBuilder, sql } from "kysely";
import type { Store } from "../store/index.ts";

type Row = Record<string, unknown>;
type Updating<T> = { readonly model: string; readonly where: CleanedWhere[]; readonly update: T };

const OPERATORS = { eq: "=", ne: "<>", lt: "<", lte: "<=", gt: ">", gte: ">=" } as const;

/** What better-auth reads and writes, in our database: reads from `db`, each change by a commit. */
export function authRows(store: Store): ReturnType<typeof createAdapterFactory> {
  return createAdapterFactory({
    config: {
      adapterId: "oxbow",
      adapterName: "Oxbow",
      // The same column types on both databases: RFC 3339 texts, 1 and 0.
      supportsDates: false,
      supportsBooleans: false,
      supportsJSON: false,
      transaction: false,
    },
    adapter: () => rowsOf(store),
  });
}

function rowsOf(store: Store): CustomAdapter {
  const change = async (statement: RawBuilder<Row>): Promise<Row[]> =>
    store.commit(async (tx) => (await statement.execute(tx)).rows);
  const read = async (statement: RawBuilder<Row>): Promise<Row[]> =>
    (await statement.execute(store.db)).rows;
  return {
    async create<T extends Row>({ model, data }: { model: string; data: T }) {
      const names = sql.join(Object.keys(data).map((name) => sql.ref(name)));
      const values = sql.join(Object.values(data));
      const [row] = all<T>(
        await change(
          sql<Row>`insert into ${sql.table(model)} (${names}) values (${values}) returning *`,
        ),
      );
      if (row === undefined) throw new Error("The database took a row and answered none");
      return row;
    },
    async findOne<T>({ model, where }: { model: string; where: CleanedWhere[] }) {
      const [row] = all<T>(
        await read(sql<Row>`select * from ${sql.table(model)} ${matching(where)} limit 1`),
      );
      return row ?? null;
    },
    async findMany({ model, where, limit, sortBy, offset = 0 }) {
      const order =
        sortBy === undefined
          ? sql``
          : sql`order by ${sql.ref(sortBy.field)} ${sql.raw(sortBy.direction === "asc" ? "asc" : "desc")}`;
      return all(
        await read(
          sql<Row>`select * from ${sql.table(model)} ${matching(where)} ${order} limit ${limit} offset ${offset}`,
        ),
      );
    },
    async count({ model, where }) {
      const [row] = await read(
        sql<Row>`select count(*) as count from ${sql.table(model)} ${matching(where)}`,
      );
      return Number(row?.["count"]);
    },
    async update<T>({ model, where, update }: Updating<T>) {
      const [row] = all<T>(await change(updating(model, where, Object(update))));
      return row ?? null;
    },
    async updateMany({ model, where, update }) {
      return (await change(updating(model, where, update))).length;
    },
    async delete({ model, where }) {
      await change(sql<Row>`delete from ${sql.table(model)} ${matching(where)}`);
    },
    async deleteMany({ model, where }) {
      return (
        await change(sql<Row>`delete from ${sql.table(model)} ${matching(where)} returning *`)
      ).length;
    },
  };
}

function updating(model: string, where: readonly CleanedWhere[], update: Row): RawBuilder<Row> {
  const values = Object.entries(update).map(([name, value]) => sql`${sql.ref(name)} = ${value}`);
  return sql<Row>`update ${sql.table(model)} set ${sql.join(values)} ${matching(where)} returning *`;
}

/** `where …`; conditions are joined as the first of them says it, which is how better-auth asks. */
function matching(where: readonly CleanedWhere[] = []): RawBuilder<unknown> {
  const [leading] = where;
  if (leading === undefined) return sql``;
  const joint = leading.connector === "OR" ? sql` or ` : sql` and `;
  return sql`where ${sql.join(where.map(condition), joint)}`;
}

function condition({ field, operator, value }: CleanedWhere): RawBuilder<unknown> {
  const column = sql.ref(field);
  if (operator === "in" || operator === "not_in") {
    const values: unknown[] = Array.isArray(value) ? value : [value];
    return operator === "in"
      ? sql`${column} in (${sql.join(values)})`
      : sql`${column} not in (${sql.join(values)})`;
  }
  if (operator === "contains" || operator === "starts_with" || operator === "ends_with") {
    throw new Error(`Accounts are not looked for with "${operator}"`);
  }
  if (value === null)
    return operator === "ne" ? sql`${column} is not null` : sql`${column} is null`;
  return sql`${column} ${sql.raw(OPERATORS[operator ?? "eq"])} ${value}`;
}

// What better-auth calls T is the row of the model that it names: its own promise to itself.
function all<T>(rows: readonly Row[]): T[] {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
  return rows as unknown as T[];
}
