import { Fault } from "@oxbow/contract";
import {
  type AvcRecord,
  type AvcSps,
  avcPictureSetId,
  parseAvcConfig,
  parseAvcSps,
  readAvcRecord,
  type VideoConfig,
  writeAvcRecord,
} from "@oxbow/media";

/** What an encoder must make so that its pictures can stand beside the source's in one track. */
export type EdgeForm = {
  readonly record: AvcRecord;
  /** As libx264 names them. */
  readonly profile: "baseline" | "main" | "high";
  readonly level: string;
  readonly references: number;
  /** Ids of parameter sets that the source does not use, the best first. */
  readonly freeIds: readonly number[];
};

const PROFILES: Readonly<Record<number, EdgeForm["profile"]>> = {
  66: "baseline",
  77: "main",
  100: "high",
};
/** Ids of sequence parameter sets go to 31 (ISO/IEC 14496-10 §7.4.2.1.1). */
const IDS = 32;
/** More do not make the few pictures of an edge better. */
const MOST_REFERENCES = 3;
/** constraint_set3_flag. */
const CONSTRAINT_3 = 0x10;

/**
 * The form that encoded edges of a source must have. Fault `export_mode_unsupported` where no edges that
 * play without a seam can be made: codecs other than H.264, fields, other chroma and depths than 4:2:0 of
 * 8 bits.
 */
export function edgeForm(config: VideoConfig): EdgeForm {
  if (config.codec !== "avc") throw unsupported(`${config.codecString} is not H.264`);
  const record = readAvcRecord(config.record);
  const sets = record.sps.map(parseAvcSps);
  const [first] = sets;
  if (first === undefined) throw unsupported("its parameter sets stand in the pictures");
  const profile = PROFILES[first.profile];
  if (profile === undefined || first.chromaFormat !== 1 || first.bitDepth !== 8) {
    throw unsupported(`${config.codecString} is not 4:2:0 of 8 bits`);
  }
  if (!first.progressive) throw unsupported("it may be interlaced");
  if (record.lengthBytes !== 4) throw unsupported("its units have lengths of less than four bytes");
  const used = new Set([...sets.map(({ id }) => id), ...record.pps.map(avcPictureSetId)]);
  const freeIds = Array.from({ length: IDS }, (_, at) => IDS - 1 - at).filter(
    (id) => !used.has(id),
  );
  if (freeIds.length < 2) throw unsupported("all ids of its parameter sets are in use");
  const references = Math.min(MOST_REFERENCES, Math.max(1, first.references));
  return { record, profile, level: levelName(first), references, freeIds };
}

/**
 * One configuration for the source's pictures and those of its edges: the parameter sets of all of them,
 * so that nothing has to be switched at a seam.
 */
export function joinConfigs(
  source: VideoConfig,
  edges: readonly Pick<VideoConfig, "record">[],
): VideoConfig {
  const record = readAvcRecord(source.record);
  const more = edges.map((edge) => readAvcRecord(edge.record));
  const joined: AvcRecord = {
    ...record,
    // A flag that is set holds for all of them (ISO/IEC 14496-15 §5.3.3.1.2).
    compatibility: more.reduce((flags, edge) => flags & edge.compatibility, record.compatibility),
    sps: [...record.sps, ...more.flatMap(({ sps }) => sps)],
    pps: [...record.pps, ...more.flatMap(({ pps }) => pps)],
  };
  const bytes = writeAvcRecord(joined);
  const { codecString } = parseAvcConfig(bytes);
  // avc3 stays avc3: its pictures may still bring sets of their own.
  const named = codecString.replace("avc1", source.codecString.slice(0, 4));
  return { ...source, record: bytes, codecString: named };
}

/** Level 1b has no number of its own in the older profiles (table A-1). */
function levelName({ level, profile, constraints }: AvcSps): string {
  const between = level === 11 && profile < 100 && (constraints & CONSTRAINT_3) !== 0;
  return between || level === 9 ? "1b" : (level / 10).toFixed(1);
}

/** Why an exact cut can't be had by copying. */
export function unsupported(why: string): Fault {
  return new Fault(
    "export_mode_unsupported",
    `Cannot cut this video exactly by copying, as ${why}: ask for cut "keyframe" or mode "transcode"`,
    { field: "cut" },
  );
}
