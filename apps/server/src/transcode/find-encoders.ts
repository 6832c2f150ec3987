import { runFfmpeg } from "../ffmpeg/index.ts";
import {
  deviceArguments,
  ENCODERS,
  type EncoderName,
  encoderArguments,
  isHardware,
  uploadFilter,
} from "./encoder.ts";

/** An encoder, and whether it encoded something here. */
export type FoundEncoder = {
  readonly name: EncoderName;
  readonly codec: "h264";
  readonly hardware: boolean;
  readonly works: boolean;
  /** Why it does not. */
  readonly message?: string;
};

/** Drivers may take seconds to wake. */
const TIMEOUT_MS = 10_000;
const MOST_BYTES = 1 << 20;
const TRIED = { height: 360, bitrate: 1_000_000 } as const;

/** Tries every encoder with a few pictures, one after another, with the options that live uses. */
export async function findEncoders(ffmpeg: string): Promise<readonly FoundEncoder[]> {
  const found: FoundEncoder[] = [];
  for (const name of ENCODERS) {
    const message = await whyNot(ffmpeg, name);
    const known = { name, codec: "h264", hardware: isHardware(name) } as const;
    const works = message === undefined;
    found.push(works ? { ...known, works } : { ...known, works, message });
  }
  return found;
}

/** The encoder that is used: the first that works. */
export function chosenEncoder(found: readonly FoundEncoder[]): EncoderName | undefined {
  return found.find(({ works }) => works)?.name;
}

async function whyNot(program: string, encoder: EncoderName): Promise<string | undefined> {
  const args = [
    ...deviceArguments(encoder),
    ...["-f", "lavfi", "-i", "testsrc2=size=640x360:rate=30", "-frames:v", "4"],
    ...["-vf", uploadFilter(encoder), ...encoderArguments(encoder, TRIED)],
    ...["-f", "null", "-"],
  ];
  try {
    // Short, and waited for by whoever publishes meanwhile.
    await runFfmpeg({ program, args, timeoutMs: TIMEOUT_MS, mostBytes: MOST_BYTES, niceness: 0 });
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
