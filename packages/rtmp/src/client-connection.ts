import { type AmfObject, type AmfValue, isAmfObject } from "@oxbow/containers";
import { ChunkDecoder } from "./chunk-decoder.ts";
import type { ChunkEncoder } from "./chunk-encoder.ts";
import { type Command, commandMessage, readCommand, textOf } from "./command.ts";
import {
  acknowledgement,
  controlValue,
  pingOf,
  userControlMessage,
  WINDOW,
  windowAckSize,
} from "./control-messages.ts";
import { ClientHandshake } from "./handshake.ts";
import type { DigestScheme } from "./handshake-digest.ts";
import { type MessageSink, messageType } from "./message.ts";
import { PublishRefused } from "./publish-refused.ts";
import { ReceiveWindow } from "./receive-window.ts";

export type ClientConnectionOptions = {
  readonly app: string;
  readonly key: string;
  readonly tcUrl: string;
  readonly handshake: DigestScheme | "simple";
  readonly chunkSize: number;
  readonly encoder: ChunkEncoder;
  readonly connect: AmfObject;
  readonly send: (bytes: Buffer) => void;
  readonly onStatus: ((info: AmfObject) => void) | undefined;
};

const CONNECT = 1;
const CREATE_STREAM = 4;
/** The longest message that a server has reason to send to a publisher. */
const MAX_MESSAGE = 64 * 1024;

/** A publisher's side of a connection, without its socket. */
export class ClientConnection implements MessageSink {
  /** Settles when the publish is accepted; rejects when it is refused or the connection is lost. */
  readonly published: Promise<void>;
  connected: AmfObject = {};
  streamId = 0;
  readonly #options: ClientConnectionOptions;
  readonly #handshake: ClientHandshake;
  readonly #decoder: ChunkDecoder;
  readonly #window = new ReceiveWindow(WINDOW);
  readonly #accept: () => void;
  readonly #refuse: (error: Error) => void;
  #shaken = false;
  #accepted = false;
  #unpublished = false;

  constructor(options: ClientConnectionOptions) {
    this.#options = options;
    this.#handshake = new ClientHandshake(options.handshake);
    this.#decoder = new ChunkDecoder(this, { chunkStreams: 64, bufferedBytes: 4 * MAX_MESSAGE });
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.published = promise;
    this.#accept = resolve;
    this.#refuse = reject;
    // Whoever does not wait is not to be ended by a lost connection.
    promise.catch(() => undefined);
  }

  begin(): void {
    this.#options.send(this.#handshake.hello);
  }

  push(bytes: Buffer): void {
    this.#window.add(bytes.length);
    if (this.#shaken) this.#decoder.push(bytes);
    else this.#shake(bytes);
    if (this.#window.due()) {
      this.#options.send(acknowledgement(this.#options.encoder, this.#window.received));
    }
  }

  lost(error: Error): void {
    this.#refuse(error);
  }

  /** Ends the publish, once. */
  unpublish(): void {
    if (this.#unpublished) return;
    this.#unpublished = true;
    this.#command("FCUnpublish", 6, null, this.#options.key);
    this.#command("deleteStream", 7, null, this.streamId);
  }

  limit(): number {
    return MAX_MESSAGE;
  }

  message(type: number, _streamId: number, _timestamp: number, body: Buffer): void {
    const { send, encoder } = this.#options;
    switch (type) {
      case messageType.command:
      case messageType.commandAmf3:
        return this.#answered(readCommand(type, body));
      case messageType.windowAckSize:
        return this.#window.resize(controlValue(body, "RTMP 1.0 §5.4.4"));
      case messageType.setPeerBandwidth:
        return send(windowAckSize(encoder, controlValue(body, "RTMP 1.0 §5.4.5")));
      case messageType.userControl: {
        const ping = pingOf(body);
        if (ping !== undefined) send(userControlMessage(encoder, "pingResponse", ping));
        return;
      }
      default:
        return;
    }
  }

  #shake(bytes: Buffer): void {
    const { reply, rest } = this.#handshake.push(bytes);
    if (reply !== undefined) this.#options.send(reply);
    if (rest === undefined) return;
    this.#shaken = true;
    const { app, tcUrl, encoder, chunkSize, connect } = this.#options;
    this.#options.send(encoder.setChunkSize(chunkSize));
    const flashVer = "FMLE/3.0 (compatible; Oxbow)";
    this.#command("connect", CONNECT, { app, type: "nonprivate", flashVer, tcUrl, ...connect });
    this.#decoder.push(rest);
  }

  #answered(command: Command): void {
    const { name, transaction, args } = command;
    if (name === "_error") this.#refuse(refusal(args[0]));
    else if (name === "_result" && transaction === CONNECT) this.#openStream(args[0]);
    else if (name === "_result" && transaction === CREATE_STREAM) this.#publish(args[0]);
    else if (name === "onStatus") this.#status(args[0]);
  }

  #openStream(info: AmfValue): void {
    if (isAmfObject(info)) this.connected = info;
    const { key } = this.#options;
    this.#command("releaseStream", 2, null, key);
    this.#command("FCPublish", 3, null, key);
    this.#command("createStream", CREATE_STREAM, null);
  }

  #publish(id: AmfValue): void {
    this.streamId = typeof id === "number" ? id : 1;
    const { encoder, send, key } = this.#options;
    send(commandMessage(encoder, this.streamId, "publish", 5, null, key, "live"));
  }

  #status(value: AmfValue): void {
    const info = isAmfObject(value) ? value : {};
    if (this.#accepted) this.#options.onStatus?.(info);
    else if (info["level"] === "error") this.#refuse(refusal(info));
    else if (info["code"] === "NetStream.Publish.Start") {
      this.#accepted = true;
      this.#accept();
    }
  }

  #command(name: string, transaction: number, ...values: readonly AmfValue[]): void {
    this.#options.send(commandMessage(this.#options.encoder, 0, name, transaction, ...values));
  }
}

function refusal(value: AmfValue): PublishRefused {
  const info = isAmfObject(value) ? value : {};
  return new PublishRefused(textOf(info["code"]) || "refused", textOf(info["description"]));
}
