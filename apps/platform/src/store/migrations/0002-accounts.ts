import { sql } from "kysely";
import type { Migration } from "./migration.ts";

/** People, how they sign in, invitations, the audit trail. */
export const accounts: Migration = async (db, dialect) => {
  const big = dialect === "sqlite" ? "integer" : "int8";
  const person = "references people on delete cascade";
  const byThem = "created_at text not null, updated_at text not null";
  const statements = [
    `create table people (id text primary key, name text not null, email text not null unique,
      email_verified integer not null default 0, image text, role text not null,
      language text not null, suspended integer not null default 0, ${byThem})`,
    "create index people_newest on people (created_at, id)",
    `create table sessions (id text primary key, token text not null unique,
      person text not null ${person}, expires_at text not null, address text, agent text, ${byThem})`,
    "create index sessions_of on sessions (person)",
    `create table credentials (id text primary key, account text not null, provider text not null,
      person text not null ${person}, access_token text, refresh_token text, id_token text,
      access_token_expires_at text, refresh_token_expires_at text, scope text, password text, ${byThem})`,
    "create index credentials_of on credentials (person)",
    `create table verifications (id text primary key, identifier text not null, value text not null,
      expires_at text not null, ${byThem})`,
    "create index verifications_of on verifications (identifier)",
    `create table links (hash text primary key, kind text not null, person text ${person},
      data text not null, expires_at ${big} not null)`,
    "create index links_of on links (person)",
    `create table invitations (id text primary key, hash text not null unique, role text not null,
      note text not null, created_by text references people on delete set null,
      used_by text references people on delete set null, used_at ${big}, revoked_at ${big},
      created_at ${big} not null, expires_at ${big} not null)`,
    "create index invitations_newest on invitations (created_at, id)",
    "create table site_values (name text primary key, value text not null)",
    `create table attempts (key text primary key, count integer not null, until ${big} not null)`,
    "create index attempts_over on attempts (until)",
    `create table audit (id text primary key, at ${big} not null, person text, person_name text,
      action text not null, about text not null, detail text not null, address text not null)`,
    "create index audit_newest on audit (at, id)",
    "create index audit_of on audit (person, at)",
    "create index audit_about on audit (about, at)",
  ];
  for (const statement of statements) await sql.raw(statement).execute(db);
};
