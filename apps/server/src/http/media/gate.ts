import type { Fault } from "@oxbow/contract";
import type { MediaRequest } from "./media-request.ts";
import type { MediaWriter } from "./media-stream.ts";

/** What a viewer whom the gate lets in is counted by: the session itself, so that nothing is looked up again. */
export interface Viewing {
  /**
   * Bytes of a body were handed to the viewer's connection: once for an answer from memory, for each
   * piece of one that is read, for each write of an endless one.
   */
  served(request: MediaRequest, bytes: number): void;
  /** An endless answer begins; `writer.close()` shows the viewer out. Its end is told by `left`. */
  joined?(request: MediaRequest, writer: Pick<MediaWriter, "close">): void;
  left?(request: MediaRequest): void;
}

/** Undefined: go on, nobody counts. A fault refuses. */
export type Admission = Viewing | Fault | undefined;

/** Who may watch. Asked for each request of playback, before it is known whether there is such media. */
export interface MediaGate {
  /** A promise only where the answer is not known at once. */
  admit(request: MediaRequest): Admission | Promise<Admission>;
}

/** Everything is public, and nobody counts. */
export const openGate: MediaGate = { admit: () => undefined };
