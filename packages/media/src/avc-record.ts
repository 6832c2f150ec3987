import { BitReader } from "./bit-reader.ts";
import { MalformedInput } from "./malformed-input.ts";

const SPEC = "ISO/IEC 14496-15 §5.3.3.1";

/** An AVCDecoderConfigurationRecord, taken apart. */
export type AvcRecord = {
  readonly profile: number;
  /** The constraint flags that all its sequence parameter sets have. */
  readonly compatibility: number;
  readonly level: number;
  /** Bytes of the length before each NAL unit of a sample: 1, 2 or 4. */
  readonly lengthBytes: number;
  /** Sequence and picture parameter sets, each with its header byte. */
  readonly sps: readonly Uint8Array[];
  readonly pps: readonly Uint8Array[];
  /** What follows them in the record of a High profile: chroma format and bit depths. */
  readonly extension: Uint8Array;
};

/**
 * Takes a record apart; its parts share its bytes.
 * @throws MalformedInput
 */
export function readAvcRecord(record: Uint8Array): AvcRecord {
  const [version, profile = 0, compatibility = 0, level = 0, lengths = 0] = record;
  if (record.length < 7) {
    throw new MalformedInput(`An AVC configuration of ${record.length} bytes is too short`, {
      spec: SPEC,
      offset: record.length,
    });
  }
  if (version !== 1) {
    throw new MalformedInput(`configurationVersion ${version} is not 1`, { spec: SPEC, offset: 0 });
  }
  if ((lengths & 3) === 2) {
    throw new MalformedInput("NAL unit lengths of three bytes are not allowed", {
      spec: SPEC,
      offset: 4,
    });
  }
  const sequence = readSets(record, 5, 0x1f);
  const picture = readSets(record, sequence.end, 0xff);
  return {
    profile,
    compatibility,
    level,
    lengthBytes: (lengths & 3) + 1,
    sps: sequence.sets,
    pps: picture.sets,
    extension: record.subarray(picture.end),
  };
}

function readSets(
  record: Uint8Array,
  from: number,
  mask: number,
): { sets: readonly Uint8Array[]; end: number } {
  const count = record[from];
  if (count === undefined) {
    throw new MalformedInput("The record ends before its parameter sets", {
      spec: SPEC,
      offset: from,
    });
  }
  const sets: Uint8Array[] = [];
  let at = from + 1;
  for (let set = 0; set < (count & mask); set++) {
    const length = ((record[at] ?? 0) << 8) | (record[at + 1] ?? 0);
    const end = at + 2 + length;
    if (end > record.length || length === 0) {
      throw new MalformedInput(`A parameter set of ${length} bytes does not fit`, {
        spec: SPEC,
        offset: at,
      });
    }
    sets.push(record.subarray(at + 2, end));
    at = end;
  }
  return { sets, end: at };
}

/** Puts a record together. @throws RangeError where it has more sets, or larger ones, than it can tell */
export function writeAvcRecord(of: AvcRecord): Uint8Array<ArrayBuffer> {
  const { sps, pps, extension } = of;
  if (sps.length > 31 || pps.length > 255 || [...sps, ...pps].some((set) => set.length > 0xffff)) {
    throw new RangeError(`${sps.length} and ${pps.length} parameter sets make no record`);
  }
  const head = [1, of.profile, of.compatibility, of.level, 0xfc | (of.lengthBytes - 1)];
  const parts = [head, [0xe0 | sps.length], ...told(sps), [pps.length], ...told(pps), extension];
  const record = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    record.set(part, at);
    at += part.length;
  }
  return record;
}

/** Each set after its length. */
function told(sets: readonly Uint8Array[]): (readonly number[] | Uint8Array)[] {
  return sets.flatMap((set) => [[set.length >> 8, set.length & 0xff], set]);
}

/** The id of a picture parameter set, by which slices name it (ISO/IEC 14496-10 §7.3.2.2). */
export function avcPictureSetId(nal: Uint8Array): number {
  return new BitReader(nal.subarray(1), "ISO/IEC 14496-10 §7.3.2.2").unsigned();
}
