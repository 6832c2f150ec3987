import type { Migration } from "@oxbow/database";
import { firstTables } from "./0001-first-tables.ts";
import { recordedAddresses } from "./0002-recorded-addresses.ts";
import { playbackKeys } from "./0003-playback-keys.ts";
import { uploads } from "./0004-uploads.ts";
import { markers } from "./0005-markers.ts";
import { recordedRenditions } from "./0006-recorded-renditions.ts";

/** In order; the number of a migration is its place, from 1. */
export const migrations: readonly Migration[] = [
  firstTables,
  recordedAddresses,
  playbackKeys,
  uploads,
  markers,
  recordedRenditions,
];
