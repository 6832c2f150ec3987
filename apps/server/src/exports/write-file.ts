import { statfs } from "node:fs/promises";
import { Fault } from "@oxbow/contract";
import type { Track } from "@oxbow/media";
import type { AssetTrack, FileInMaking } from "../assets/index.ts";
import { copyMovie, copySmall, SMALL_BYTES } from "./copy/index.ts";
import type { Attempt } from "./export-attempt.ts";
import type { ExportedFile } from "./export-result.ts";
import type { MoviePlan } from "./plan/index.ts";

/** A movie that is decided, and where it goes. */
export type PlannedFile = {
  readonly rendition: string;
  readonly plan: MoviePlan;
  readonly place: FileInMaking;
};

/** Writes one planned movie to where it belongs: verified, hashed and durable. */
export async function writeFile(
  { spec, signal }: Pick<Attempt, "spec" | "signal">,
  { rendition, plan, place }: PlannedFile,
  progress: (bytes: number) => void,
): Promise<ExportedFile> {
  const { partial, final, path } = place;
  const { checksum } = spec;
  const copy = plan.bytes > SMALL_BYTES ? copyMovie : copySmall;
  const { sha256 } = await copy({ plan, partial, final, signal, progress, checksum });
  const tracks = plan.tracks.map(({ track }) => tellTrack(track));
  return { rendition, path, location: `file:${final}`, bytes: plan.bytes, sha256, tracks };
}

/** Refuses what can't fit before a byte is written. */
export async function checkSpace(folder: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  if (bytes > free) {
    throw new Fault(
      "storage_full",
      `Cannot write an export of ${bytes} bytes: the disk has ${free} free`,
    );
  }
}

function tellTrack({ config, language }: Track): AssetTrack {
  const { kind, codecString: codec } = config;
  if (config.kind === "audio") {
    const { sampleRate, channels } = config;
    return { kind, codec, language, sampleRate, channels };
  }
  const { width, height, frameRate } = config;
  return {
    kind,
    codec,
    language,
    width,
    height,
    ...(frameRate === undefined ? {} : { frameRate }),
  };
}
