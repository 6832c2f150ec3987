import type { SampleRun } from "@oxbow/containers";
import type { ErrorCode, NewEvent } from "@oxbow/contract";
import type { Millis, Track } from "@oxbow/media";

// What exports need of the others, and nothing more. `main.ts` fills them.

/** A sealed chunk in an archive file: its samples stand at `offset + headerBytes`, one after another. */
export type ArchivedChunk = {
  readonly track: number;
  /**
   * Absolute path of the file it stands in, where that is not the stretch's, or nothing of that is wanted
   * but this chunk's samples.
   */
  readonly file?: string;
  readonly offset: number;
  readonly bytes: number;
  readonly headerBytes: number;
  /** Ticks on the broadcast's timeline. */
  readonly dts: number;
  readonly duration: number;
  readonly samples: SampleRun;
};

/** One file of the archive, as far as it lies in the range. */
export type ArchivedSpan = {
  readonly stretch: {
    readonly id: string;
    readonly broadcast: string;
    /** `length` where the file goes on where the one before stopped; anything else is a break. */
    readonly reason: string;
    /** Absolute path. */
    readonly file: string;
    /** Wall clock at tick 0. */
    readonly origin: Millis;
    readonly tracks: readonly Track[];
    /** What the file holds, and its size. */
    readonly from: Millis;
    readonly to: Millis;
    readonly bytes: number;
  };
  readonly from: Millis;
  readonly to: Millis;
  /**
   * In file order: from the last video sync sample presented at or before `from` (audio 100 ms before it)
   * to the last chunk with a sample presented before `to`.
   */
  chunks(): Promise<Iterable<ArchivedChunk>>;
};

export type ArchivedGap = { readonly from: Millis; readonly to: Millis; readonly reason: string };

/** What the archive holds of a range, in time order. */
export type ArchivedRange = {
  readonly from: Millis;
  readonly to: Millis;
  readonly spans: readonly ArchivedSpan[];
  /** All that is missing inside the range, head and tail included. */
  readonly gaps: readonly ArchivedGap[];
};

export interface RangeArchive {
  resolve(
    stream: string,
    from: Millis,
    to: Millis,
    only?: { readonly broadcast?: string; readonly rendition?: string },
  ): Promise<ArchivedRange>;
  /** What was recorded of which renditions. */
  view(
    stream: string,
    from: Millis,
    to: Millis,
  ): Promise<{ readonly ranges: readonly { readonly renditions?: readonly string[] }[] }>;
  /** End of the stream's sealed media, the source's unless another rendition is named. */
  newest(stream: string, rendition?: string): Millis | undefined;
  onSealed(listener: (stream: string, to: Millis) => void): () => void;
  /** False while the disk is too full for further files. */
  mayExport(): Promise<boolean>;
}

export type StreamName = { readonly id: string; readonly name: string };

/** A broadcast; `to` is null while it is open. */
export type RecordedBroadcast = {
  readonly id: string;
  readonly stream: StreamName;
  readonly from: Millis;
  readonly to: Millis | null;
};

/** A moment that somebody named. */
export type Mark = { readonly at: Millis; readonly label: string };

/** What exports ask of streams and broadcasts. */
export interface Recordings {
  /** What is marked in a broadcast, in order of time. */
  marks(broadcast: string): Promise<readonly Mark[]>;
  stream(idOrName: string): Promise<StreamName | undefined>;
  broadcast(id: string): Promise<RecordedBroadcast | undefined>;
  /** The broadcast of the stream that is on air or may still go on, until its last segment is recorded. */
  openBroadcast(stream: string): Promise<RecordedBroadcast | undefined>;
  /** The stream's last broadcast that began before `at`. */
  broadcastBefore(stream: string, at: Millis): Promise<RecordedBroadcast | undefined>;
}

/** Pins in the transaction of the job that they belong to. */
export interface ExportPins<Tx> {
  pin(
    tx: Tx,
    pin: { id: string; stream: string; from: Millis; to: Millis; owner: string; createdAt: Millis },
  ): Promise<void>;
  unpin(tx: Tx, owner: string): Promise<void>;
}

export type ExportState = "waiting" | "queued" | "running" | "ready" | "failed" | "aborted";

export type ExportProgress = {
  readonly percent: number;
  readonly bytes: number;
  readonly secondsLeft: number | null;
};

/** A durable job, as `jobs` keeps it. */
export type ExportJob = {
  readonly id: string;
  readonly kind: string;
  readonly stream: string | null;
  readonly state: ExportState;
  readonly attempt: number;
  readonly maxAttempts: number;
  readonly spec: unknown;
  readonly progress: ExportProgress;
  readonly result: unknown;
  readonly error: {
    readonly code: ErrorCode;
    readonly message: string;
    readonly retryable: boolean;
    readonly by?: string;
    readonly detail?: string;
  } | null;
  /** The finished job that this one repeats. */
  readonly retryOf: string | null;
  readonly createdAt: Millis;
  readonly updatedAt: Millis;
};

export type ExportJobQuery = {
  readonly kinds: readonly string[];
  readonly stream?: string;
  readonly state?: ExportState;
  readonly limit: number;
  readonly cursor?: string;
};

/** The queue of durable jobs. */
export interface ExportJobs<Tx> {
  create(
    kind: string,
    job: {
      readonly id?: string;
      readonly stream: string | null;
      readonly spec: unknown;
      readonly state: "queued" | "waiting";
    },
    alongside?: (tx: Tx, job: ExportJob) => Promise<readonly NewEvent[]>,
  ): Promise<ExportJob>;
  get(id: string): Promise<ExportJob | undefined>;
  list(query: ExportJobQuery): Promise<{ items: readonly ExportJob[]; next: string | null }>;
  abort(id: string, by: string, why: string): Promise<ExportJob>;
  retry(
    id: string,
    alongside?: (tx: Tx, job: ExportJob) => Promise<readonly NewEvent[]>,
  ): Promise<ExportJob>;
  recheckWaiting(): void;
}

/** The URLs that are handed out. */
export type ExportUrls = {
  /** Without a slash at its end. */
  readonly base: string;
  recording(
    name: string,
    from: Millis,
    to: Millis | null,
  ): { readonly hls: string; readonly mp4?: string };
};
