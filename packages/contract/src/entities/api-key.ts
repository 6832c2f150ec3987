import { z } from "zod";
import { time } from "./time.ts";

/** What a key may do; each scope holds the ones before it. */
export const scopes = ["read", "write", "admin"] as const;

export type Scope = (typeof scopes)[number];

const name = z.string().min(1).max(100);

/** An API key. The key itself is told once, when it is made. */
export const ApiKey = z
  .object({
    id: z.string().startsWith("key_"),
    name,
    scope: z.enum(scopes),
    hint: z.string().meta({ description: "First characters, to tell keys apart" }),
    key: z.string().optional().meta({ description: "Told once, when the key is made" }),
    createdAt: time,
    lastUsedAt: time.nullable(),
  })
  .meta({ description: "A key of the API; it is kept hashed" });

export type ApiKey = z.infer<typeof ApiKey>;

export const ApiKeyCreate = z.strictObject({ name, scope: z.enum(scopes).default("read") });

export type ApiKeyCreate = z.infer<typeof ApiKeyCreate>;

export const exampleApiKey = {
  id: "key_01k9z0k1k2k3k4k5k6k7k8k9k0",
  name: "platform",
  scope: "write",
  hint: "oxb_7Gk2",
  createdAt: "2026-03-01T18:00:00.000Z",
  lastUsedAt: "2026-03-01T22:00:00.000Z",
} satisfies ApiKey;
