import assert from "node:assert/strict";
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { before, test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import type { Ladder } from "@oxbow/contract";
import { type Frame, millis } from "@oxbow/media";
import { pino } from "pino";
import { createTranscoders, type StreamTranscoder, type TranscoderLimits } from "./index.ts";
import { Got, makeSource, type Source } from "./source-for-tests.ts";

const world = { log: pino({ level: "silent" }) };
/** The supervisor's time runs faster, so that its patience is short. */
const FASTER = 4;
const clock = { now: () => performance.now() * FASTER, lookMs: 500 / FASTER };

let source: Source;
before(async () => {
  const avc = ["-c:v", "libx264", "-preset", "ultrafast", "-g", "15", "-bf", "0", "-sc_threshold"];
  source = await makeSource(1, [...avc, "0", "-c:a", "aac", "-ac", "2"]);
});

/** The one ffmpeg that runs; undefined while there is none. */
async function ffmpegPid(): Promise<number | undefined> {
  const told = await readFile(`/proc/${process.pid}/task/${process.pid}/children`, "utf8");
  for (const pid of told.trim().split(" ").map(Number)) {
    const name = await readFile(`/proc/${pid}/comm`, "utf8").catch(() => "");
    if (name.trim() === "ffmpeg") return pid;
  }
  return undefined;
}

async function until(holds: () => boolean, what: string): Promise<void> {
  const deadline = performance.now() + 30_000;
  while (!holds()) {
    if (performance.now() > deadline) throw new Error(`It did not come to be: ${what}`);
    await wait(10);
  }
}

/** A broadcast on air: the source again and again, in real time. */
class OnAir implements AsyncDisposable {
  readonly got = new Map<string, Got>();
  readonly news: string[] = [];
  readonly words: string[] = [];
  readonly tap: StreamTranscoder;
  readonly keys = new Set<number>();
  readonly #taps: StreamTranscoder[] = [];
  readonly #timer: NodeJS.Timeout;
  readonly #transcoders: ReturnType<typeof createTranscoders>;

  constructor(ladder: Ladder, ffmpeg = "ffmpeg", limits: Partial<TranscoderLimits> = {}) {
    this.#transcoders = createTranscoders({ ffmpeg, world, limits, clock });
    this.tap = this.open(ladder);
    const began = performance.now();
    let round = 0;
    let at = 0;
    const { frames } = source;
    this.#timer = setInterval(() => {
      for (;;) {
        const frame = frames[at];
        if (frame === undefined) return;
        const timescale = frame.track === 1 ? 90_000 : 48_000;
        if ((frame.dts / timescale - 1 + round) * 1000 > performance.now() - began) return;
        const moved: Frame = { ...frame, dts: frame.dts + round * timescale };
        if (frame.track === 1 && frame.key) this.keys.add(moved.dts);
        for (const tap of this.#taps) tap.frame(moved);
        at = (at + 1) % frames.length;
        if (at === 0) round += 1;
      }
    }, 5);
  }

  open(ladder: Ladder): StreamTranscoder {
    const tap = this.#transcoders.open({
      stream: { id: "str_1", name: "one" },
      broadcast: "brd_1",
      ladder,
      outputs: ({ name }) => {
        const got = new Got();
        this.got.set(name, got);
        return got;
      },
      news: {
        degraded: (name, reason, words) => {
          this.news.push(`${name} ${reason}`);
          if (words !== undefined) this.words.push(words);
        },
        recovered: (name) => this.news.push(`${name} recovered`),
      },
    });
    tap.begin({ reason: "start", tracks: source.tracks, origin: millis(0) });
    this.#taps.push(tap);
    return tap;
  }

  pictures(name: string): readonly Frame[] {
    return this.got.get(name)?.pictures() ?? [];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    await this.tap.end();
    await this.#transcoders[Symbol.asyncDispose]();
    assert.equal(await ffmpegPid(), undefined, "a process is left");
  }
}

for (const { signal, reason } of [
  { signal: "SIGKILL", reason: "crashed" },
  { signal: "SIGSTOP", reason: "hung" },
] as const) {
  test(`after ${signal} it is made again from a keyframe on, told once each way`, async () => {
    await using onAir = new OnAir(["90p"]);
    await until(() => onAir.pictures("90p").length > 10, "pictures");
    const pid = await ffmpegPid();
    assert.ok(pid !== undefined);
    process.kill(pid, signal);
    await until(() => onAir.news.length === 2, "recovery");
    assert.deepEqual(onAir.news, [`90p ${reason}`, "90p recovered"]);
    assert.equal(onAir.tap.status?.state, "running");
    const got = onAir.got.get("90p");
    assert.deepEqual(got?.calls, ["begin start", "break", "lost", "begin restart"]);
    const [first, second] = got.stretches;
    const [again] = second?.frames.filter(({ track }) => track === 1) ?? [];
    assert.ok(first && again && again.key && onAir.keys.has(again.dts));
    assert.ok(again.dts > (first.frames.findLast(({ track }) => track === 1)?.dts ?? 0));
  });
}

/** An ffmpeg that is slower than real time where it is to make two renditions, while `busy` is there. */
async function slowFfmpeg(folder: string): Promise<string> {
  const path = join(folder, "ffmpeg");
  const script = `#!/bin/bash
args=()
for arg in "$@"; do
  [ -e "${folder}/busy" ] && arg="\${arg/split=2/realtime=speed=0.5,split=2}"
  args+=("$arg")
done
exec ffmpeg "\${args[@]}"
`;
  await writeFile(join(folder, "busy"), "");
  await writeFile(path, script);
  await chmod(path, 0o755);
  return path;
}

/** Whether the pictures of each stretch follow one another, none left out. */
function assertWhole(got: Got | undefined): void {
  for (const { frames } of got?.stretches ?? []) {
    const times = frames.filter(({ track }) => track === 1).map(({ dts }) => dts);
    const steps = new Set(times.slice(1).map((dts, at) => dts - (times[at] ?? 0)));
    assert.deepEqual([...steps], [3000]);
  }
}

test("one that is too slow sheds the costliest rendition, and gets it back when it keeps up", async () => {
  const folder = await mkdtemp(join(tmpdir(), "oxbow-slow-"));
  try {
    await using onAir = new OnAir(["120p", "90p"], await slowFfmpeg(folder));
    await until(() => onAir.news.length > 0, "shedding");
    assert.deepEqual(onAir.news, ["120p slow"]);
    const { status } = onAir.tap;
    assert.equal(status?.state, "degraded");
    assert.deepEqual(
      status.renditions.map(({ name, state }) => [name, state === "shed"]),
      [
        ["120p", true],
        ["90p", false],
      ],
    );
    await rm(join(folder, "busy"));
    const [costly, cheap] = [onAir.got.get("120p"), onAir.got.get("90p")];
    await until(() => costly?.calls.includes("lost") === true, "loss");
    assert.deepEqual(costly?.calls, ["begin start", "break", "lost"]);
    const newest = onAir.pictures("90p").length;
    await until(() => onAir.pictures("90p").length > newest + 30, "more pictures");
    assert.equal(onAir.tap.status?.renditions[1]?.state, "running");
    const told = cheap?.calls.slice();
    await until(() => onAir.news.includes("120p recovered"), "recovery");
    assert.deepEqual(costly.calls, ["begin start", "break", "lost", "begin restart"]);
    // Another process took over, and the rendition that was made all the time shows no seam.
    assert.deepEqual(cheap?.calls, told);
    assertWhole(cheap);
    assertWhole(costly);
    assert.equal(onAir.tap.status?.state, "running");
  } finally {
    await rm(folder, { recursive: true });
  }
});

/** An ffmpeg whose NVENC passes every trial and has no session left when it is needed. */
async function takenFfmpeg(folder: string): Promise<string> {
  const path = join(folder, "ffmpeg");
  const script = `#!/bin/bash
case "$*" in
  *lavfi*h264_nvenc*) exit 0 ;;
  *h264_nvenc*) echo "OpenEncodeSessionEx failed: out of memory (10)" >&2; exit 1 ;;
esac
exec ffmpeg "$@"
`;
  await writeFile(path, script);
  await chmod(path, 0o755);
  return path;
}

test("a hardware encoder that fails a stream is replaced by libx264, which is told", async () => {
  const folder = await mkdtemp(join(tmpdir(), "oxbow-taken-"));
  try {
    await using onAir = new OnAir(["90p"], await takenFfmpeg(folder));
    await until(() => onAir.news.length === 2, "recovery");
    assert.deepEqual(onAir.news, ["90p encoder", "90p recovered"]);
    assert.deepEqual(onAir.words, ["OpenEncodeSessionEx failed: out of memory (10)"]);
    assert.equal(onAir.tap.status?.encoder, "libx264");
    assert.ok(onAir.pictures("90p").length > 0);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("one that takes more memory than it may is ended", async () => {
  await using onAir = new OnAir(["90p"], "ffmpeg", { memoryBytes: 1 << 20 });
  await until(() => onAir.news.length > 0, "news");
  assert.deepEqual(onAir.news, ["90p memory"]);
  await until(() => onAir.got.get("90p")?.calls.includes("lost") === true, "loss");
});

test("without ffmpeg the renditions are off, told once, and the source goes on", async () => {
  await using onAir = new OnAir(["120p", "90p"], "no-such-ffmpeg");
  await until(() => onAir.tap.status?.state === "off", "off");
  assert.deepEqual(onAir.news, ["120p start", "90p start"]);
  assert.deepEqual(onAir.got.get("90p")?.calls, ["lost"]);
});

test("as many streams are transcoded as may, and the next when one ends", async () => {
  await using onAir = new OnAir(["90p"], "ffmpeg", { processes: 1 });
  await until(() => onAir.pictures("90p").length > 0, "pictures");
  const second = onAir.open(["120p"]);
  await until(() => onAir.news.length > 0, "refusal");
  assert.deepEqual(onAir.news, ["120p start"]);
  await onAir.tap.end();
  await until(() => onAir.news.length > 1, "room");
  assert.deepEqual(onAir.news, ["120p start", "120p recovered"]);
  assert.ok(onAir.pictures("120p").length > 0);
  await second.end();
});
