import { isAmfObject, metadataOf, readScriptTag } from "@oxbow/containers";
import { MalformedInput } from "@oxbow/media";
import { forEachOfAggregate } from "./aggregate-message.ts";
import { type CarriedCodecs, capabilityEcho, reconnects } from "./capabilities.ts";
import { ChunkDecoder } from "./chunk-decoder.ts";
import { ChunkEncoder } from "./chunk-encoder.ts";
import {
  type Command,
  commandMessage,
  readCommand,
  type Status,
  textOf,
  withoutFormat,
} from "./command.ts";
import { connectAnswer } from "./connect-answer.ts";
import {
  acknowledgement,
  controlValue,
  pingOf,
  userControlMessage,
  WINDOW,
  windowAckSize,
} from "./control-messages.ts";
import { ServerHandshake } from "./handshake.ts";
import type { RtmpLimits } from "./limits.ts";
import { type MessageSink, messageType } from "./message.ts";
import type { PublishAnswer, PublishEnd, PublishReceiver, PublishRequest } from "./publish-port.ts";
import { publishTarget } from "./publish-target.ts";
import { ReceiveWindow } from "./receive-window.ts";
import { isSequenceHeader, TimestampUnwrapper } from "./timestamp-unwrapper.ts";

/** Where a connection stands (RTMP 1.0 §7.2). */
type State =
  | { readonly at: "handshake" }
  | { readonly at: "opening" }
  | { readonly at: "connected" }
  | { readonly at: "admitting"; readonly streamId: number }
  | { readonly at: "publishing"; readonly streamId: number; readonly receiver: PublishReceiver }
  | { readonly at: "over" };

/** What a connection needs of whoever owns the socket and the timers. */
export interface ConnectionHost {
  send(bytes: Buffer): void;
  /** An encoder asks to publish; to be answered by `answer`. No more input is read until then. */
  admit(request: Omit<PublishRequest, "address">): void;
  /** The handshake is over, a publish has begun, or it has ended: other timeouts hold from now on. */
  reached(stage: "handshaken" | "publishing" | "unpublished"): void;
  /** The last answer is sent: the connection is to be closed when it has gone out. */
  hangUp(): void;
}

/**
 * One connection of an encoder, from handshake to close, without its socket: bytes in, bytes out.
 */
export class ServerConnection implements MessageSink {
  readonly #host: ConnectionHost;
  readonly #limits: RtmpLimits;
  readonly #carried: CarriedCodecs;
  readonly #handshake = new ServerHandshake();
  readonly #decoder: ChunkDecoder;
  readonly #encoder = new ChunkEncoder();
  readonly #window = new ReceiveWindow(WINDOW);
  #unwrapper = new TimestampUnwrapper();
  #state: State = { at: "handshake" };
  /** Taken from `connect`. */
  #app = "";
  #tcUrl = "";
  #flashVer: string | null = null;
  #reconnects = false;
  #peerWindow = WINDOW;
  #streams = 0;

  constructor(host: ConnectionHost, limits: RtmpLimits, carried: CarriedCodecs) {
    this.#host = host;
    this.#limits = limits;
    this.#carried = carried;
    this.#decoder = new ChunkDecoder(this, limits);
  }

  get publishing(): boolean {
    return this.#state.at === "publishing";
  }

  /** @throws MalformedInput or LimitExceeded: the connection must be closed then. */
  push(bytes: Buffer): void {
    this.#window.add(bytes.length);
    if (this.#state.at === "over") return;
    if (this.#state.at === "handshake") this.#shake(bytes);
    else this.#decoder.push(bytes);
    if (this.#state.at === "publishing") this.#state.receiver.bytes(this.#window.received);
    if (!this.#isAhead() && this.#window.due()) {
      this.#host.send(acknowledgement(this.#encoder, this.#window.received));
    }
  }

  /**
   * An encoder that pushes a file writes and closes long before all is read here. An acknowledgement
   * (§5.4.3, which no encoder waits for) that meets its closed socket would reset the connection, and
   * its system would throw away what it has yet to send.
   */
  #isAhead(): boolean {
    return this.#state.at === "publishing" && this.#state.receiver.isAhead?.() === true;
  }

  /** What the consumer wants to wait for before more is read. */
  room(): Promise<void> | undefined {
    return this.#state.at === "publishing" ? this.#state.receiver.room?.() : undefined;
  }

  /** Answers the request that `admit` brought. Harmless when the connection is over by then. */
  answer(answer: PublishAnswer): void {
    if (this.#state.at !== "admitting") {
      if (answer.ok) answer.receiver.close("lost");
      return;
    }
    const { streamId } = this.#state;
    if (!answer.ok) {
      const { code, description } = answer;
      this.#status(streamId, { level: "error", code, description });
      this.#state = { at: "over" };
      this.#host.hangUp();
      return;
    }
    this.#state = { at: "publishing", streamId, receiver: answer.receiver };
    this.#unwrapper = new TimestampUnwrapper();
    const description = "The stream is published";
    const start = { level: "status", code: "NetStream.Publish.Start", description } as const;
    this.#send("onFCPublish", 0, null, start);
    this.#host.send(userControlMessage(this.#encoder, "streamBegin", streamId));
    this.#status(streamId, start);
    this.#host.reached("publishing");
    this.#decoder.resume();
  }

  /** The server ends the session: the encoder is told why, then hung up on. */
  dismiss(reason: PublishEnd, description: string): void {
    if (this.#state.at === "publishing") {
      const code = "NetStream.Publish.Rejected";
      this.#status(this.#state.streamId, { level: "error", code, description });
    }
    this.over(reason, description);
    this.#host.hangUp();
  }

  /**
   * Asks the encoder to connect anew (Enhanced RTMP v2, ReconnectRequest); it may go on until it
   * does. False where it did not say that it can.
   */
  requestReconnect(description: string): boolean {
    if (!this.#reconnects || this.#state.at !== "publishing") return false;
    const code = "NetConnection.Connect.ReconnectRequest";
    this.#send("onStatus", 0, null, { level: "status", code, description });
    return true;
  }

  /** Asks for a sign of life (RTMP 1.0 §7.1.7). */
  ping(value: number): void {
    if (this.#state.at === "handshake") return;
    this.#host.send(userControlMessage(this.#encoder, "pingRequest", value));
  }

  /** No more will come. The receiver is told once. */
  over(reason: PublishEnd, detail?: string): void {
    const state = this.#state;
    this.#state = { at: "over" };
    this.#decoder.halt();
    if (state.at === "publishing") state.receiver.close(reason, detail);
  }

  limit(type: number): number {
    const { messageBytes, audioBytes, commandBytes } = this.#limits;
    if (this.#state.at !== "publishing") return commandBytes;
    if (type === messageType.video || type === messageType.aggregate) return messageBytes;
    return type === messageType.audio ? audioBytes : commandBytes;
  }

  message(type: number, streamId: number, timestamp: number, body: Buffer): void {
    switch (type) {
      case messageType.audio:
        return this.#media("audio", timestamp, body);
      case messageType.video:
        return this.#media("video", timestamp, body);
      case messageType.data:
      case messageType.dataAmf3:
        return this.#data(withoutFormat(type, body));
      case messageType.command:
      case messageType.commandAmf3:
        return this.#command(readCommand(type, body), streamId);
      case messageType.aggregate:
        return forEachOfAggregate(timestamp, body, (kind, time, part) => {
          this.message(kind, streamId, time, part);
        });
      case messageType.windowAckSize:
        return this.#window.resize(controlValue(body, "RTMP 1.0 §5.4.4"));
      case messageType.setPeerBandwidth:
        return this.#bandwidth(controlValue(body, "RTMP 1.0 §5.4.5"));
      case messageType.userControl: {
        const ping = pingOf(body);
        if (ping !== undefined) {
          this.#host.send(userControlMessage(this.#encoder, "pingResponse", ping));
        }
        return;
      }
      default:
        // Acknowledgements of our few answers, shared objects, types of the future.
        return;
    }
  }

  #shake(bytes: Buffer): void {
    const { reply, rest } = this.#handshake.push(bytes);
    if (reply !== undefined) this.#host.send(reply);
    if (rest === undefined) return;
    this.#state = { at: "opening" };
    this.#host.reached("handshaken");
    this.#decoder.push(rest);
  }

  #media(kind: "audio" | "video", timestamp: number, body: Buffer): void {
    if (this.#state.at !== "publishing") return;
    const time = this.#unwrapper.unwrap(timestamp, !isSequenceHeader(kind, body));
    this.#state.receiver.message(kind, time, body);
  }

  #data(body: Buffer): void {
    if (this.#state.at !== "publishing") return;
    const values = metadataOf(readScriptTag(body));
    if (values !== undefined) this.#state.receiver.metadata(values);
  }

  /** Set Peer Bandwidth (§5.4.5) is answered where it differs from what was said last. */
  #bandwidth(window: number): void {
    if (window === 0 || window === this.#peerWindow) return;
    this.#peerWindow = window;
    this.#host.send(windowAckSize(this.#encoder, window));
  }

  #command(command: Command, streamId: number): void {
    const { name, transaction, args } = command;
    if (this.#state.at === "opening" && name !== "connect") {
      throw new MalformedInput(`"${name}" comes before connect`, { spec: "RTMP 1.0 §7.2.1" });
    }
    switch (name) {
      case "connect":
        return this.#connect(command);
      case "createStream":
        this.#streams += 1;
        return this.#send("_result", transaction, null, this.#streams);
      case "releaseStream":
      case "FCPublish":
        return this.#result(transaction);
      case "publish":
        return this.#publish(textOf(args[0]), streamId);
      case "FCUnpublish":
        this.#unpublish();
        return this.#result(transaction);
      case "closeStream":
        if (streamId === 0 || this.#publishes(streamId)) this.#unpublish();
        return;
      case "deleteStream":
        if (this.#publishes(args[0])) this.#unpublish();
        return;
      default:
        return this.#unknown(command);
    }
  }

  #connect(command: Command): void {
    const { transaction, object } = command;
    if (this.#state.at !== "opening") {
      const description = "This connection is connected";
      const code = "NetConnection.Connect.Rejected";
      return this.#send("_error", transaction, null, { level: "error", code, description });
    }
    this.#app = textOf(object["app"]);
    this.#tcUrl = textOf(object["tcUrl"]);
    this.#flashVer = textOf(object["flashVer"]) || null;
    this.#reconnects = reconnects(object);
    this.#state = { at: "connected" };
    const enhanced = capabilityEcho(object, this.#carried);
    this.#host.send(connectAnswer(this.#encoder, transaction, enhanced));
  }

  #publish(name: string, streamId: number): void {
    if (this.#state.at !== "connected") {
      const description = "This connection is publishing already";
      return this.#status(streamId, {
        level: "error",
        code: "NetStream.Publish.BadName",
        description,
      });
    }
    this.#state = { at: "admitting", streamId };
    this.#decoder.halt();
    this.#host.admit({
      ...publishTarget(this.#app, this.#tcUrl, name),
      tcUrl: this.#tcUrl,
      encoder: this.#flashVer,
    });
  }

  #publishes(streamId: unknown): boolean {
    return this.#state.at === "publishing" && this.#state.streamId === streamId;
  }

  /** A clean end (FCUnpublish, deleteStream or closeStream, whichever comes first). */
  #unpublish(): void {
    if (this.#state.at !== "publishing") return;
    const { receiver, streamId } = this.#state;
    this.#state = { at: "connected" };
    // First of all: the receiver may abort its signal in `close`, and that must end nothing here.
    this.#host.reached("unpublished");
    receiver.bytes(this.#window.received);
    receiver.close("unpublish");
    const description = "The stream is no longer published";
    const status = { level: "status", code: "NetStream.Unpublish.Success", description } as const;
    this.#send("onFCUnpublish", 0, null, status);
    this.#status(streamId, status);
  }

  /** Commands that nobody knows are answered only where an answer is awaited (§7.2.1.2). */
  #unknown({ name, transaction, object }: Command): void {
    if (transaction === 0 || name.startsWith("_") || !isAmfObject(object)) return;
    const description = `There is no command "${name.slice(0, 64)}"`;
    const code = "NetConnection.Call.Failed";
    this.#send("_error", transaction, null, { level: "error", code, description });
  }

  #result(transaction: number): void {
    if (transaction !== 0) this.#send("_result", transaction, null, undefined);
  }

  #status(streamId: number, status: Status): void {
    this.#host.send(commandMessage(this.#encoder, streamId, "onStatus", 0, null, status));
  }

  #send(
    name: string,
    transaction: number,
    ...values: Parameters<typeof commandMessage>[4][]
  ): void {
    this.#host.send(commandMessage(this.#encoder, 0, name, transaction, ...values));
  }
}
