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
import { PLAY_STREAM } from "./media-message.ts";
import { type MessageSink, messageType } from "./message.ts";
import { playBegins, playEnds, playPauses } from "./play-messages.ts";
import type { PlayAnswer, PlayEnd, PlayRequest, PlaySource, PlayWriter } from "./play-port.ts";
import type { PublishAnswer, PublishEnd, PublishReceiver, PublishRequest } from "./publish-port.ts";
import { publishTarget } from "./publish-target.ts";
import { ReceiveWindow } from "./receive-window.ts";
import { isSequenceHeader, TimestampUnwrapper } from "./timestamp-unwrapper.ts";

const NO_SEEKING: Status = {
  level: "error",
  code: "NetStream.Seek.Failed",
  description: "A live stream is not sought in",
};
const SUBSCRIBED: Status = {
  level: "status",
  code: "NetStream.Play.Start",
  description: "Subscribed",
};

/** Where a connection stands (RTMP 1.0 §7.2). */
type State =
  | { readonly at: "handshake" }
  | { readonly at: "opening" }
  | { readonly at: "connected" }
  | { readonly at: "admitting"; readonly streamId: number }
  | { readonly at: "publishing"; readonly streamId: number; readonly receiver: PublishReceiver }
  | { readonly at: "asking"; readonly reset: boolean }
  | { readonly at: "playing"; readonly source: PlaySource }
  | { readonly at: "over" };

/** What a connection needs of whoever owns the socket and the timers. */
export interface ConnectionHost {
  send(bytes: Buffer): void;
  /** An encoder asks to publish; to be answered by `answer`. No more input is read until then. */
  admit(request: Omit<PublishRequest, "address">): void;
  /** A player asks for a stream; to be answered by `answerPlay`. No more input is read until then. */
  play(request: Omit<PlayRequest, "address">): void;
  /** The handshake is over, publishing or playing has begun or ended: other timeouts hold from now on. */
  reached(stage: "handshaken" | "publishing" | "playing" | "stopped"): void;
  /** The last answer is sent: the connection is to be closed when it has gone out. */
  hangUp(): void;
}

/**
 * One connection of an encoder or a player, from handshake to close, without its socket: bytes in, bytes out.
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

  /** Answers the request that `play` brought; `writer` leads to the player. */
  answerPlay(answer: PlayAnswer, writer: PlayWriter): void {
    if (this.#state.at !== "asking") {
      if (answer.ok) answer.source.close("lost");
      return;
    }
    if (!answer.ok) return this.#refusePlay(answer.code, answer.description);
    const { source } = answer;
    const { reset } = this.#state;
    this.#state = { at: "playing", source };
    this.#host.send(playBegins(this.#encoder, PLAY_STREAM, reset));
    this.#host.reached("playing");
    source.begin(writer);
    this.#decoder.resume();
  }

  /** The source has no more for the player: it is told why, then hung up on. */
  endPlay(reason: PlayEnd): void {
    if (this.#state.at !== "playing") return;
    this.#host.send(playEnds(this.#encoder, PLAY_STREAM, reason));
    this.#stopPlaying(reason);
    this.over("ended");
    this.#host.hangUp();
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
    if (state.at === "playing") state.source.close(reason === "ended" ? "removed" : "lost");
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
      case "play":
        return this.#play(textOf(args[0]), args[3] !== false, streamId);
      case "pause":
        return this.#pause(args[0] === true);
      case "seek":
        return this.#status(streamId, NO_SEEKING);
      case "getStreamLength":
        // 0: it has no length yet.
        return this.#send("_result", transaction, null, 0);
      case "FCSubscribe":
        return this.#send("onFCSubscribe", 0, null, SUBSCRIBED);
      case "closeStream":
        if (streamId === 0 || this.#isOn(streamId)) this.#stop();
        return;
      case "deleteStream":
        if (this.#isOn(args[0])) this.#stop();
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

  #play(name: string, reset: boolean, streamId: number): void {
    if (this.#state.at !== "connected") {
      const description = "This connection has a stream already";
      return this.#status(streamId, {
        level: "error",
        code: "NetStream.Play.Failed",
        description,
      });
    }
    // All players get the same bytes, and the number of the message stream is among them.
    if (streamId !== PLAY_STREAM) {
      return this.#refusePlay("NetStream.Play.Failed", "Play on the first stream of a connection");
    }
    this.#state = { at: "asking", reset };
    this.#decoder.halt();
    const { app, streamKey, query } = publishTarget(this.#app, this.#tcUrl, name);
    this.#host.play({ app, name: streamKey, query, tcUrl: this.#tcUrl, client: this.#flashVer });
  }

  #refusePlay(code: string, description: string): void {
    this.#status(PLAY_STREAM, { level: "error", code, description });
    this.#state = { at: "over" };
    this.#host.hangUp();
  }

  #pause(paused: boolean): void {
    if (this.#state.at !== "playing") return;
    this.#host.send(playPauses(this.#encoder, PLAY_STREAM, paused));
    this.#state.source.pause(paused);
  }

  #isOn(streamId: unknown): boolean {
    const state = this.#state;
    if (state.at === "playing") return streamId === PLAY_STREAM;
    return state.at === "publishing" && state.streamId === streamId;
  }

  /** closeStream or deleteStream, of an encoder or a player. */
  #stop(): void {
    this.#unpublish();
    if (this.#state.at === "playing") this.#stopPlaying("stopped");
  }

  #stopPlaying(reason: PlayEnd): void {
    if (this.#state.at !== "playing") return;
    const { source } = this.#state;
    this.#state = { at: "connected" };
    this.#host.reached("stopped");
    source.close(reason);
  }

  /** A clean end (FCUnpublish, deleteStream or closeStream, whichever comes first). */
  #unpublish(): void {
    if (this.#state.at !== "publishing") return;
    const { receiver, streamId } = this.#state;
    this.#state = { at: "connected" };
    // First of all: the receiver may abort its signal in `close`, and that must end nothing here.
    this.#host.reached("stopped");
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
