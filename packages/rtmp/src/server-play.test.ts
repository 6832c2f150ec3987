import assert from "node:assert/strict";
import { test } from "node:test";
import type { PlayEnd, PlaySource, PlayWriter } from "./play-port.ts";
import { Wire } from "./test-wire.ts";

/** Writes down what a source is told. */
class TestSource implements PlaySource {
  readonly log: string[] = [];
  writer: PlayWriter | undefined;

  begin(writer: PlayWriter): void {
    this.writer = writer;
    this.log.push("begin");
  }

  pause(paused: boolean): void {
    this.log.push(paused ? "pause" : "go on");
  }

  close(reason: PlayEnd): void {
    this.log.push(reason);
  }
}

const writer: PlayWriter = { write: () => true, queuedBytes: 0, close: () => undefined };
/** `|RtmpSampleAccess`, true, true. */
const sampleAccess = "type 18: 0200117c52746d7053616d706c6541636365737301010101";

function playing(): { wire: Wire; source: TestSource } {
  const wire = new Wire();
  const source = new TestSource();
  wire.ask();
  wire.connection.answerPlay({ ok: true, source }, writer);
  wire.said.length = 0;
  return { wire, source };
}

test("RTMP 1.0 §7.2.2.1: play is answered by Stream Begin, Play.Reset and Play.Start, then media comes", () => {
  const wire = new Wire();
  const source = new TestSource();
  wire.ask("show?token=t1", -2000);
  assert.deepEqual(
    wire.plays.map(({ query, ...request }) => ({ ...request, query: query.toString() })),
    [
      {
        app: "play",
        name: "show",
        query: "token=t1",
        tcUrl: "rtmp://h/play",
        client: "LNX 9",
      },
    ],
  );
  wire.connection.answerPlay({ ok: true, source }, writer);
  assert.deepEqual(wire.said, [
    "type 4: 000000000001",
    "onStatus 0 on 1: NetStream.Play.Reset",
    "onStatus 0 on 1: NetStream.Play.Start",
    sampleAccess,
  ]);
  assert.equal(source.writer, writer);
  assert.deepEqual(wire.stages, ["handshaken", "playing"]);
});

test("RTMP 1.0 §7.2.2.1: a player that wants no reset is told of none", () => {
  const wire = new Wire();
  wire.ask("show", -2, -1, false);
  wire.connection.answerPlay({ ok: true, source: new TestSource() }, writer);
  assert.ok(!wire.said.some((line) => line.includes("Reset")), wire.said.join());
});

test("a stream that is not there is refused by the code that players know", () => {
  const wire = new Wire();
  wire.ask();
  const code = "NetStream.Play.StreamNotFound";
  wire.connection.answerPlay({ ok: false, code, description: "It is not on air" }, writer);
  assert.deepEqual(wire.said, [`onStatus 0 on 1: ${code}`, "hang up"]);
});

test("RTMP 1.0 §7.1.7: the end of the broadcast is Stream EOF and Play.UnpublishNotify", () => {
  const { wire, source } = playing();
  wire.connection.endPlay("ended");
  wire.connection.endPlay("ended");
  assert.deepEqual(wire.said, [
    "type 4: 000100000001",
    "onStatus 0 on 1: NetStream.Play.UnpublishNotify",
    "hang up",
  ]);
  assert.deepEqual(source.log, ["begin", "ended"]);
});

test("RTMP 1.0 §7.2.2.7, §7.2.2.8: pause and seek have their answers, and live goes on", () => {
  const { wire, source } = playing();
  wire.command("pause", 0, null, true, 0);
  wire.command("pause", 0, null, false, 0);
  wire.command("seek", 0, null, 5000);
  assert.deepEqual(wire.said, [
    "type 4: 000100000001",
    "onStatus 0 on 1: NetStream.Pause.Notify",
    "type 4: 000000000001",
    "onStatus 0 on 1: NetStream.Unpause.Notify",
    "onStatus 0 on 1: NetStream.Seek.Failed",
  ]);
  assert.deepEqual(source.log, ["begin", "pause", "go on"]);
});

test("what players ask beside it is answered: getStreamLength, FCSubscribe", () => {
  const { wire } = playing();
  wire.command("getStreamLength", 7, null, "show");
  assert.deepEqual(wire.results, [0]);
  wire.command("FCSubscribe", 0, null, "show");
  assert.deepEqual(wire.said, ["_result 7 on 0: 0", "onFCSubscribe 0 on 0: NetStream.Play.Start"]);
});

test("RTMP 1.0 §7.2.2.3: deleteStream ends playing, and another stream can be played then", () => {
  const { wire, source } = playing();
  wire.command("deleteStream", 8, null, 2);
  assert.deepEqual(source.log, ["begin"]);
  wire.command("deleteStream", 9, null, 1);
  assert.deepEqual(source.log, ["begin", "stopped"]);
  wire.command("play", 0, null, "another");
  assert.equal(wire.plays[1]?.name, "another");
});

test("a connection plays or publishes one stream, its first", () => {
  const { wire } = playing();
  wire.command("play", 0, null, "another");
  wire.command("publish", 0, null, "KEY", "live");
  assert.deepEqual(wire.said, [
    "onStatus 0 on 1: NetStream.Play.Failed",
    "onStatus 0 on 1: NetStream.Publish.BadName",
  ]);
  assert.deepEqual([wire.plays.length, wire.requests.length], [1, 0]);
});

test("a player that leaves while it is being admitted leaves nothing behind", () => {
  const wire = new Wire();
  const source = new TestSource();
  wire.ask();
  wire.connection.over("lost");
  wire.connection.answerPlay({ ok: true, source }, writer);
  assert.deepEqual(source.log, ["lost"]);
});
