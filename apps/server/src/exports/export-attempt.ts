import type { Millis } from "@oxbow/media";
import type { Assets } from "../assets/index.ts";
import type { World } from "../world.ts";
import type { ExportInputs } from "./export-inputs.ts";
import type { Sources } from "./export-range.ts";
import type { ExportedFile, ExportResult } from "./export-result.ts";
import type { ExportSpec } from "./export-spec.ts";
import type { Planner } from "./plan/index.ts";
import type { ExportJob, ExportProgress } from "./ports.ts";

export type WorkContext = {
  readonly signal: AbortSignal;
  readonly report: (progress: ExportProgress) => void;
};

/** How media is encoded anew. */
export type ExportEncoder = {
  /** The ffmpeg program: its path, or its name on the PATH. */
  readonly ffmpeg: string;
  /** Live comes first: an export takes what is left of the processor. */
  readonly niceness: number;
  /** A killed attempt costs at most the encoding of about so much. */
  readonly pieceSeconds: number;
};

export type ExportTools = Sources & {
  readonly assets: Pick<Assets<never>, "files" | "writeSubtitles">;
  readonly inputs: ExportInputs;
  readonly planner: Planner;
  readonly encoder: ExportEncoder;
  readonly world: World;
};

/** One attempt at an export. */
export type Attempt = {
  readonly job: ExportJob;
  readonly spec: ExportSpec;
  readonly asset: string;
  /** Where the range really ends. */
  readonly to: Millis;
} & WorkContext;

/** The files of an export, and how the range was cut for them. */
export type MadeFiles = Pick<ExportResult, "durationMs" | "gaps" | "cut"> & {
  readonly files: readonly ExportedFile[];
};
