import { inspect } from "node:util";
import { type AmfValue, isAmfObject, writeAmf0 } from "@oxbow/containers";
import { ChunkDecoder } from "./chunk-decoder.ts";
import { ChunkEncoder } from "./chunk-encoder.ts";
import { readCommand, textOf } from "./command.ts";
import { ClientHandshake } from "./handshake.ts";
import { RTMP_LIMITS, type RtmpLimits } from "./limits.ts";
import { messageType } from "./message.ts";
import type { PlayRequest } from "./play-port.ts";
import type { PublishRequest } from "./publish-port.ts";
import { type ConnectionHost, ServerConnection } from "./server-connection.ts";
import { TestReceiver } from "./test-receiver.ts";

/** Commands that go on the message stream they are about. */
const ON_STREAM: ReadonlySet<string> = new Set(["publish", "play", "pause", "seek"]);

/** A connection with its client's half, without sockets. What the server says is kept as text. */
export class Wire implements ConnectionHost {
  readonly said: string[] = [];
  readonly stages: string[] = [];
  readonly requests: Omit<PublishRequest, "address">[] = [];
  readonly plays: Omit<PlayRequest, "address">[] = [];
  readonly receiver: TestReceiver = new TestReceiver();
  readonly encoder: ChunkEncoder = new ChunkEncoder();
  readonly connection: ServerConnection;
  /** Of the last command that was heard. */
  results: AmfValue[] = [];
  #skip = 1 + 2 * 1536;
  readonly #decoder: ChunkDecoder;

  constructor(limits: RtmpLimits = RTMP_LIMITS) {
    this.connection = new ServerConnection(this, limits, { video: ["avc"], audio: ["aac"] });
    const sink = { limit: () => 1e6, message: this.#hear.bind(this) };
    this.#decoder = new ChunkDecoder(sink, { chunkStreams: 64, bufferedBytes: 1e6 });
  }

  send(bytes: Buffer): void {
    const skipped = Math.min(this.#skip, bytes.length);
    this.#skip -= skipped;
    this.#decoder.push(bytes.subarray(skipped));
  }

  admit(request: Omit<PublishRequest, "address">): void {
    this.requests.push(request);
  }

  play(request: Omit<PlayRequest, "address">): void {
    this.plays.push(request);
  }

  reached(stage: string): void {
    this.stages.push(stage);
  }

  hangUp(): void {
    this.said.push("hang up");
  }

  shake(): void {
    this.connection.push(new ClientHandshake("simple").hello);
    this.connection.push(Buffer.alloc(1536));
  }

  /** Sends one message. */
  push(type: number, body: Uint8Array, streamId = 0, timestamp = 0): void {
    this.connection.push(this.encoder.encode(3, type, streamId, timestamp, body));
  }

  command(name: string, transaction: number, ...values: AmfValue[]): void {
    this.push(
      messageType.command,
      writeAmf0(name, transaction, ...values),
      ON_STREAM.has(name) ? 1 : 0,
    );
  }

  /** Up to what a player asks for; the connection waits for its answer then. */
  ask(name = "show", ...more: AmfValue[]): void {
    this.shake();
    this.command("connect", 1, { app: "play", tcUrl: "rtmp://h/play", flashVer: "LNX 9" });
    this.command("createStream", 2, null);
    this.said.length = 0;
    this.command("play", 3, null, name, ...more);
  }

  /** Up to an admitted publish. */
  publish(): void {
    this.shake();
    this.command("connect", 1, { app: "live", tcUrl: "rtmp://h/live" });
    this.command("createStream", 2, null);
    this.command("publish", 3, null, "KEY", "live");
    this.connection.answer({ ok: true, receiver: this.receiver });
  }

  #hear(type: number, streamId: number, _time: number, body: Buffer): void {
    if (type !== messageType.command) {
      this.said.push(`type ${type}: ${body.toString("hex")}`);
      return;
    }
    const { name, transaction, args } = readCommand(type, body);
    const info = args[0];
    const about = isAmfObject(info) ? textOf(info["code"]) : inspect(info);
    this.results = [...args];
    this.said.push(`${name} ${transaction} on ${streamId}: ${about}`);
  }
}
