import { z } from "zod";
import { time } from "./time.ts";

const algorithms = ["HS256", "ES256"] as const;

const name = z.string().min(1).max(100);

/** One coordinate of a P-256 point: 32 bytes. */
const coordinate = z
  .string()
  .regex(/^[\w-]{43}$/, { error: "give the 32 bytes of a P-256 coordinate in base64url" });

/** A public key of the user's own, as RFC 7517 and RFC 7518 §6.2 write it; nothing private. */
const PublicJwk = z
  .strictObject({
    kty: z.literal("EC"),
    crv: z.literal("P-256"),
    x: coordinate,
    y: coordinate,
    alg: z.literal("ES256").optional(),
    use: z.literal("sig").optional(),
    key_ops: z.array(z.literal("verify")).optional(),
    ext: z.boolean().optional(),
    kid: z.string().min(1).max(100).optional(),
  })
  .meta({ description: "A public P-256 key (RFC 7517); its kid is what tokens name it by" });

/** A key that playback tokens are signed with. Its secret is told once, when it is made. */
export const PlaybackKey = z
  .object({
    id: z.string().startsWith("pbk_"),
    name,
    kid: z.string().meta({ description: "What the header of a token names the key by" }),
    algorithm: z.enum(algorithms),
    secret: z
      .string()
      .optional()
      .meta({ description: "HS256 only, base64url; told once, when the key is made" }),
    createdAt: time,
  })
  .meta({ description: "A key that playback tokens are signed with" });

export type PlaybackKey = z.infer<typeof PlaybackKey>;

/** Body of `POST /playback-keys`: the server makes an HS256 secret, or takes your public ES256 key. */
export const PlaybackKeyCreate = z.strictObject({
  name,
  publicKey: PublicJwk.optional(),
});

export type PlaybackKeyCreate = z.infer<typeof PlaybackKeyCreate>;

export const examplePlaybackKey = {
  id: "pbk_01k9z0m1m2m3m4m5m6m7m8m9m0",
  name: "site",
  kid: "pbk_01k9z0m1m2m3m4m5m6m7m8m9m0",
  algorithm: "HS256",
  createdAt: "2026-03-01T18:00:00.000Z",
} satisfies PlaybackKey;
