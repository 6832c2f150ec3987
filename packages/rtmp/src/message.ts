/** Message types, RTMP 1.0 §5.4, §6.1 and §7.1. */
export const messageType = {
  setChunkSize: 1,
  abort: 2,
  acknowledgement: 3,
  userControl: 4,
  windowAckSize: 5,
  setPeerBandwidth: 6,
  audio: 8,
  video: 9,
  dataAmf3: 15,
  commandAmf3: 17,
  data: 18,
  command: 20,
  aggregate: 22,
} as const;

/** Events of user control messages, RTMP 1.0 §7.1.7. */
export const userControl = {
  streamBegin: 0,
  streamEof: 1,
  pingRequest: 6,
  pingResponse: 7,
} as const;

/** Chunk streams that we send on. 2 is fixed by RTMP 1.0 §5.4, the others are custom. */
export const chunkStream = {
  control: 2,
  command: 3,
  audio: 4,
  status: 5,
  video: 6,
  data: 7,
} as const;

/** Chunk size before any Set Chunk Size, RTMP 1.0 §5.4.1. */
export const INITIAL_CHUNK_SIZE = 128;

/** Takes the messages that a chunk decoder puts together. */
export interface MessageSink {
  /** The longest message of this type that is welcome, in bytes. */
  limit(type: number): number;
  /** A complete message. `timestamp` is modulo 2^32; `body` belongs to the receiver from now on. */
  message(type: number, streamId: number, timestamp: number, body: Buffer): void;
}
