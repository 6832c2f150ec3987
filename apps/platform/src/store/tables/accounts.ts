import type { Generated } from "kysely";

/** Tables of people. The first four are better-auth's: its times are RFC 3339 texts. */
export interface AccountTables {
  people: {
    id: string;
    name: string;
    /** In small letters; unique. */
    email: string;
    email_verified: Generated<number>;
    image: string | null;
    role: "viewer" | "streamer" | "operator";
    language: "en" | "pt-BR";
    suspended: Generated<number>;
    /** Name and address as they are looked for: small letters without marks. */
    found_by: Generated<string>;
    created_at: string;
    updated_at: string;
  };
  sessions: {
    id: string;
    token: string;
    person: string;
    expires_at: string;
    address: string | null;
    agent: string | null;
    created_at: string;
    updated_at: string;
  };
  credentials: {
    id: string;
    /** For a password: the person's id. */
    account: string;
    provider: string;
    person: string;
    access_token: string | null;
    refresh_token: string | null;
    id_token: string | null;
    access_token_expires_at: string | null;
    refresh_token_expires_at: string | null;
    scope: string | null;
    /** The password's hash, by scrypt. */
    password: string | null;
    created_at: string;
    updated_at: string;
  };
  verifications: {
    id: string;
    identifier: string;
    value: string;
    expires_at: string;
    created_at: string;
    updated_at: string;
  };
  /** Links that work once; only the hash of each is kept. */
  links: {
    hash: string;
    kind: "setup" | "new_password" | "confirm_sign_up" | "confirm_email";
    /** Whose link it is, where they have an account. */
    person: string | null;
    /** JSON. */
    data: string;
    expires_at: number;
  };
  invitations: {
    id: string;
    hash: string;
    role: "viewer" | "streamer" | "operator";
    note: string;
    created_by: string | null;
    used_by: string | null;
    used_at: number | null;
    revoked_at: number | null;
    created_at: number;
    expires_at: number;
  };
  /** One thing that the site was told, and keeps: its secret, who may sign up. */
  site_values: { name: string; value: string };
  /** Tries of what strangers may guess at, counted in windows. */
  attempts: { key: string; count: number; until: number };
  audit: {
    id: string;
    at: number;
    person: string | null;
    person_name: string | null;
    action: string;
    about: string;
    /** JSON. */
    detail: string;
    address: string;
  };
}
