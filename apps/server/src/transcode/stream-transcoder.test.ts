import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Ladder } from "@oxbow/contract";
import { millis } from "@oxbow/media";
import { pino } from "pino";
import { createTranscoders, type Transcoders } from "./index.ts";
import type { Rendition } from "./ports.ts";
import { Got, greyOf, greys, heard, makeSource, type Source, shown } from "./source-for-tests.ts";

const world = { log: pino({ level: "silent" }) };
const AVC = ["-c:v", "libx264", "-preset", "ultrafast", "-sc_threshold", "0"] as const;
const AAC = ["-c:a", "aac", "-ac", "2"] as const;
const quiet = {
  degraded: (...told: unknown[]) => assert.fail(`degraded: ${told.join(" ")}`),
  recovered: () => undefined,
};

let transcoders: Transcoders;
before(async () => {
  transcoders = createTranscoders({ ffmpeg: "ffmpeg", world });
  await transcoders.encoders();
});
after(() => transcoders[Symbol.asyncDispose]());

/** All of a source through a ladder, as fast as it goes. */
async function through(
  source: Source,
  ladder: Ladder,
): Promise<Map<string, Got & { of: Rendition }>> {
  const got = new Map<string, Got & { of: Rendition }>();
  const tap = transcoders.open({
    stream: { id: "str_1", name: "one" },
    broadcast: "brd_1",
    ladder,
    outputs: (of) => {
      const output = Object.assign(new Got(), { of });
      got.set(of.name, output);
      return output;
    },
    news: quiet,
  });
  tap.begin({ reason: "start", tracks: source.tracks, origin: millis(0) });
  for (const frame of source.frames) tap.frame(frame);
  await tap.end();
  return got;
}

const trackOf = (got: Got) => {
  const track = got.stretches[0]?.tracks[0];
  const { config } = track ?? {};
  assert.ok(track !== undefined && config?.kind === "video");
  return { ...track, config };
};

test("every picture of the source comes out with its ticks, its keyframes and what it shows", async () => {
  // Groups of 23 and 24 pictures, B-frames: times go in out of order.
  const keys = ["-bf", "2", "-g", "23", "-force_key_frames", "expr:eq(n,47)"];
  const source = await makeSource(3, [...AVC, ...keys, ...AAC], { rate: "30000/1001" });
  const got = await through(source, ["source", "120p", { height: 90, name: "tiny" }]);
  assert.deepEqual([...got.keys()], ["120p", "tiny"]);
  for (const output of got.values()) {
    assert.deepEqual(output.calls, ["begin start", "finish", "end"]);
    const pictures = output.pictures();
    assert.deepEqual(
      pictures.map(({ dts, cto, key }) => ({ pts: dts + cto, key })),
      shown(source),
    );
    const found = await greys(trackOf(output), pictures);
    assert.equal(found.length, pictures.length);
    for (const [at, grey] of found.entries()) {
      assert.ok(Math.abs(grey - greyOf(at)) <= 3, `picture ${at} is ${grey}, not ${greyOf(at)}`);
    }
    const { config } = trackOf(output);
    assert.deepEqual([config.width, config.height], [output.of.width, output.of.height]);
    // The very units of the source, from the first picture on, and no copies.
    const units = heard(source);
    assert.equal(output.sounds().length, units.length);
    assert.ok(output.sounds().every((unit, at) => unit === units[at]));
  }
});
