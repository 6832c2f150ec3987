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
  readonly gaps: "skip" | "fail";
  readonly packing: "auto" | "clean";
  readonly checksum: "sha256" | "none";
  readonly title: string | null;
  readonly metadata: Readonly<Record<string, unknown>>;
  /** The asset that it becomes: every attempt writes to the same place. */
  readonly asset: string;
};

const time = z.custom<Millis>((value) => Number.isSafeInteger(value));

const schema = z.object({
  stream: z.object({ id: z.string(), name: z.string() }),
  broadcast: z.string().nullable(),
  from: time,
  to: time.nullable(),
  gaps: z.enum(["skip", "fail"]),
  packing: z.enum(["auto", "clean"]),
  checksum: z.enum(["sha256", "none"]),
  title: z.string().nullable(),
  metadata: z.record(z.string(), z.unknown()),
  asset: z.string(),
});

/** Reads a job's spec. Throws on one that this version can't have written. */
export function readSpec(spec: unknown): ExportSpec {
  return schema.parse(spec);
}
