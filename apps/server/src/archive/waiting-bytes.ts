/** Bytes that wait for the disk in several recorders together. */
export type WaitingBytes = {
  bytes: number;
  /** Recorders of which much waits: the disk does not keep up. */
  crowded: number;
};

/** What waits of the sources, and of what was made of them, which gives way to them. */
export class DiskQueues {
  readonly sources: WaitingBytes = { bytes: 0, crowded: 0 };
  readonly renditions: WaitingBytes = { bytes: 0, crowded: 0 };
}
