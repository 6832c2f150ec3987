/** A stretch of wall clock, `[from, to)`, Unix milliseconds. */
export type Stretch = { readonly from: number; readonly to: number };

/** Why there is no file where one was wanted. */
export type Fallback = { readonly code: string; readonly message: string; readonly at: number };

/** What a file holds of a broadcast: where its timeline lies on the wall clock. */
export type Cut = Stretch & {
  readonly gaps: readonly (Stretch & {
    /** Seconds on the file's timeline. */
    readonly at: number;
    /** A picture that stands still fills it; otherwise it was left out. */
    readonly filled: boolean;
  })[];
};

/** The file that a video plays. */
export type VideoFile = {
  readonly asset: string;
  readonly bytes: number | null;
  /** Milliseconds. */
  readonly duration: number | null;
  /** Null for what was never on air. */
  readonly cut: Cut | null;
};

/** Where a video is in its life: all that decides what its page shows. */
export type Life = {
  readonly state: "planned" | "live" | "interrupted" | "ended";
  readonly source: "none" | "live" | "recording" | "file";
  readonly broadcast: string | null;
  readonly from: number | null;
  readonly to: number | null;
  /** What the archive still has of it; open at its end while it is live. */
  readonly kept: { readonly from: number; readonly to: number | null } | null;
  readonly file: VideoFile | null;
  readonly fallback: Fallback | null;
  readonly publishedAt: number | null;
};

/** What happened. The first eight are told by the media server, the others are done by people or exports. */
export type Fact =
  | { readonly what: "broadcast_started"; readonly broadcast: string; readonly from: number }
  | { readonly what: "playback_ready"; readonly at: number }
  | { readonly what: "broadcast_interrupted" }
  | { readonly what: "broadcast_resumed" }
  | ({ readonly what: "broadcast_ended"; readonly recorded: boolean } & Stretch)
  | ({ readonly what: "archive_evicted" } & Stretch)
  | ({ readonly what: "asset_ready" } & Omit<VideoFile, "cut">)
  | { readonly what: "asset_deleted"; readonly asset: string }
  | { readonly what: "file_published"; readonly file: VideoFile; readonly at: number }
  | { readonly what: "file_unpublished" }
  | { readonly what: "no_file"; readonly fallback: Fallback };

/** Less than this left of a recording is none, in milliseconds. */
const SCRAP = 1000;

/** The life that follows from what happened. A fact that comes too late changes nothing. Pure. */
export function step(life: Life, fact: Fact): Life {
  switch (fact.what) {
    case "broadcast_started":
      if (life.state !== "planned") return life;
      return {
        ...life,
        state: "live",
        broadcast: fact.broadcast,
        from: fact.from,
        kept: { from: fact.from, to: null },
      };
    case "playback_ready":
      if (life.state !== "live" && life.state !== "interrupted") return life;
      return { ...life, source: "live", publishedAt: life.publishedAt ?? fact.at };
    case "broadcast_interrupted":
      return life.state === "live" ? { ...life, state: "interrupted" } : life;
    case "broadcast_resumed":
      return life.state === "interrupted" ? { ...life, state: "live" } : life;
    case "broadcast_ended":
      return ended(life, fact);
    case "archive_evicted":
      return evicted(life, fact);
    case "asset_ready":
      return filmReady(life, fact);
    case "asset_deleted":
      return life.file?.asset === fact.asset ? withoutFile(life) : life;
    case "file_published":
      return {
        ...life,
        file: fact.file,
        fallback: null,
        // Who watches live goes on watching live.
        source: life.state === "ended" ? "file" : life.source,
        publishedAt: life.publishedAt ?? fact.at,
      };
    case "file_unpublished":
      return withoutFile(life);
    case "no_file":
      return life.file === null ? { ...life, fallback: fact.fallback } : life;
    default:
      return fact satisfies never;
  }
}

function ended(life: Life, { from, to, recorded }: Extract<Fact, { what: "broadcast_ended" }>) {
  if (life.state !== "live" && life.state !== "interrupted") return life;
  const keptFrom = Math.max(from, life.kept?.from ?? from);
  const kept = recorded && to - keptFrom >= SCRAP ? { from: keptFrom, to } : null;
  return settled({ ...life, state: "ended", from, to, kept });
}

function evicted(life: Life, gone: Stretch): Life {
  const { kept } = life;
  if (kept === null) return life;
  const from = gone.from <= kept.from ? Math.max(kept.from, gone.to) : kept.from;
  if (kept.to === null) return { ...life, kept: { from, to: null } };
  const to = gone.to >= kept.to ? Math.min(kept.to, gone.from) : kept.to;
  if (from === kept.from && to === kept.to) return life;
  return settled({ ...life, kept: to - from < SCRAP ? null : { from, to } });
}

/** A film has waited for its file; others have theirs when it is published. */
function filmReady(life: Life, { asset, bytes, duration }: Extract<Fact, { what: "asset_ready" }>) {
  if (life.file?.asset !== asset || life.source !== "none") return life;
  return settled({ ...life, file: { ...life.file, bytes, duration } });
}

const withoutFile = (life: Life): Life => settled({ ...life, file: null });

/** What an ended video plays: its file, else its recording while there is one. */
function settled(life: Life): Life {
  if (life.state !== "ended") return life;
  const source = life.file !== null ? "file" : life.kept !== null ? "recording" : "none";
  return { ...life, source };
}
