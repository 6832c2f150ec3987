import type { Millis } from "@oxbow/media";
import { z } from "zod";
import type { StreamName } from "./ports.ts";

/** What an export's job keeps: the request, checked and complete. */
export type ExportSpec = {
  readonly stream: StreamName;
  readonly broadcast: string | null;
  readonly from: Millis;
  /** Null: to the end of the broadcast, which is still open. */
  readonly to: Millis | null;
  /** Where broadcasts overlap (media faster than the clock), this one is meant. */
  readonly only: string | null;
  readonly gaps: "skip" | "fail";
  readonly packing: "auto" | "clean";
  readonly checksum: "sha256" | "none";
  readonly title: string | null;
  readonly metadata: Readonly<Record<string, unknown>>;
  /** About how large it gets; null where that was not known when it was asked for. */
  readonly estimatedBytes: number | null;
};

const time = z.custom<Millis>((value) => Number.isSafeInteger(value));

const schema = z.object({
  stream: z.object({ id: z.string(), name: z.string() }),
  broadcast: z.string().nullable(),
  from: time,
  to: time.nullable(),
  only: z.string().nullable(),
  gaps: z.enum(["skip", "fail"]),
  packing: z.enum(["auto", "clean"]),
  checksum: z.enum(["sha256", "none"]),
  title: z.string().nullable(),
  metadata: z.record(z.string(), z.unknown()),
  estimatedBytes: z.number().nullable(),
});

/** The asset that an export becomes: every attempt of it writes to the same place, and no other does. */
export function assetOf(job: { readonly id: string }): string {
  return `ast_${job.id.replace(/^exp_/, "")}`;
}

/** Reads a job's spec. Throws on one that this version can't have written. */
export function readSpec(spec: unknown): ExportSpec {
  return schema.parse(spec);
}
