import { Fault } from "@oxbow/contract";
import { databaseTrouble } from "@oxbow/database";

/** A full or failing disk, or a database that is away, as the fault that the API and jobs know. */
export function asFault(cause: unknown): unknown {
  if (cause instanceof Fault) return cause;
  switch (databaseTrouble(cause)) {
    case "full":
      return new Fault("storage_full", "Cannot write to the database: the disk is full", { cause });
    case "failed":
      return new Fault("storage_failed", "Cannot write to the database: the disk refuses", {
        cause,
      });
    case "away":
      return new Fault("unavailable", "Cannot reach the database", { cause });
    case undefined:
    default:
      return cause;
  }
}
