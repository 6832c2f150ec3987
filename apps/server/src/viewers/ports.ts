import type { ErrorCode, Ladder } from "@oxbow/contract";
import type { Bounds } from "./bounds.ts";

/** A stream, as far as its viewers matter. */
export type WatchedStream = {
  readonly stream: {
    readonly id: string;
    readonly name: string;
    readonly policy: {
      /** What may be offered besides the source. */
      readonly ladder: Ladder;
      readonly playback: {
        readonly policy: "public" | "signed";
        readonly maxViewers?: number | null | undefined;
      };
    };
    /** Seconds of the longest segment that the open broadcast may have. */
    readonly position: { readonly targetDuration: number | null };
  };
  /** The open one. */
  readonly broadcast: { readonly id: string } | null;
};

/** An asset, likewise. */
export type WatchedAsset = {
  readonly policy: "public" | "signed";
  /** Id of the stream that it was made of. */
  readonly stream: string | null;
};

/** What there is to watch. */
export interface Titles {
  /** By id or name. */
  stream(idOrName: string): WatchedStream | undefined;
  asset(id: string): Promise<WatchedAsset | undefined>;
}

/** A request of playback, as its URL and its connection tell it. */
export type ViewRequest = {
  readonly kind: "live" | "dvr" | "vod" | "embed";
  /** Stream or asset, id or name. */
  readonly owner: string;
  /** What follows the owner: `index.m3u8`; `.flv`. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly token: string | undefined;
  readonly address: string;
  readonly userAgent: string;
  /** Set by the gate: what of the stream the token opens. Whoever answers keeps to it; undefined is all. */
  within?: Bounds | undefined;
};

/** Who asks to play over a connection of its own (RTMP). */
export type PlayAttempt = {
  readonly stream: { readonly id: string };
  readonly protocol: string;
  readonly token: string | null;
  /** Remote address and port. */
  readonly address: string;
  /** What the player calls itself. */
  readonly client: string | null;
};

/** A connection that plays. */
export type Connection = {
  /** What it was sent so far. */
  readonly bytes: number;
  close(): void;
};

export type PlayAdmission =
  | {
      readonly ok: true;
      readonly session: {
        began(connection: Connection): void;
        /** Called once, whether or not it began. */
        ended(): void;
      };
    }
  | { readonly ok: false; readonly code: ErrorCode; readonly message: string };

/** Who counts what a viewer is sent; the viewer's session itself. */
export interface Viewing {
  served(request: unknown, bytes: number): void;
  /** An answer without an end begins. */
  joined(request: unknown, connection: { close(): void }): void;
  /** It has ended. */
  left(request: unknown): void;
}

/** Why somebody is not let in. */
export type Refusal = { readonly code: ErrorCode; readonly message: string };
