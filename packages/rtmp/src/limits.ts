/** What one server, and one connection to it, may use. */
export type RtmpLimits = {
  /** Milliseconds from the connection to the end of the handshake. */
  readonly handshakeMs: number;
  /** Milliseconds from there, or from the end of a publish or play, to an admitted one. */
  readonly publishMs: number;
  /** Milliseconds without a byte. Half way, a ping is sent, so that a quiet encoder can show itself. */
  readonly idleMs: number;
  /** The longest video message. */
  readonly messageBytes: number;
  /** The longest audio message. */
  readonly audioBytes: number;
  /** The longest command or data message, and the longest of any kind before `publish`. */
  readonly commandBytes: number;
  readonly chunkStreams: number;
  /** Memory for messages that are not complete, and for bytes that wait. */
  readonly bufferedBytes: number;
  /** Answers that the client does not take; media for a player is not counted. */
  readonly unsentBytes: number;
  /** Of encoders and players together. */
  readonly connections: number;
  /** Fewer than connections, so that a crowd of players keeps no encoder out. */
  readonly players: number;
  readonly connectionsPerAddress: number;
  /** How long a refused client is given to read why, and to hang up. */
  readonly lingerMs: number;
  /** How long an encoder that was asked to connect anew may go on. */
  readonly drainMs: number;
};

export const RTMP_LIMITS: RtmpLimits = {
  handshakeMs: 10_000,
  publishMs: 15_000,
  idleMs: 30_000,
  messageBytes: 8 * 1024 * 1024,
  audioBytes: 1024 * 1024,
  commandBytes: 64 * 1024,
  chunkStreams: 64,
  bufferedBytes: 16 * 1024 * 1024,
  unsentBytes: 256 * 1024,
  connections: 4000,
  players: 3000,
  connectionsPerAddress: Number.POSITIVE_INFINITY,
  lingerMs: 2000,
  drainMs: 5000,
};
