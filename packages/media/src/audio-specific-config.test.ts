import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import * as fc from "fast-check";
import { MalformedInput, parseAudioSpecificConfig } from "./index.ts";

/** Bits as text, "00010 0100 …", in bytes; the last one is filled with zeros. */
function bytesOf(...bits: readonly string[]): Uint8Array {
  const all = bits.join("").replaceAll(" ", "");
  const bytes = all.match(/.{1,8}/g) ?? [];
  return Uint8Array.from(bytes, (byte) => Number.parseInt(byte.padEnd(8, "0"), 2));
}

const binary = (value: number, digits: number): string => value.toString(2).padStart(digits, "0");

const hex = (text: string): Uint8Array => Buffer.from(text, "hex");

function summary(record: Uint8Array): string {
  const { codecString, sampleRate, channels, samplesPerFrame } = parseAudioSpecificConfig(record);
  return `${codecString} ${sampleRate} Hz ${channels} ch ${samplesPerFrame}`;
}

test("configurations as encoders write them", () => {
  assert.deepEqual(
    [
      hex("1210"), // LC, 44100 Hz, stereo
      hex("1190"), // LC, 48000 Hz, stereo
      hex("11b0"), // LC, 48000 Hz, 5.1
      hex("11b8"), // LC, 48000 Hz, 7.1 by configuration 7
      hex("121056e500"), // an extension that says there is no SBR
      hex("2b920800"), // HE-AAC, hierarchical
      hex("eb8a0800"), // HE-AAC v2, hierarchical
      hex("131056e598"), // HE-AAC, as an extension
      hex("130856e59d4880"), // HE-AAC v2, as an extension
    ].map(summary),
    [
      "mp4a.40.2 44100 Hz 2 ch 1024",
      "mp4a.40.2 48000 Hz 2 ch 1024",
      "mp4a.40.2 48000 Hz 6 ch 1024",
      "mp4a.40.2 48000 Hz 8 ch 1024",
      "mp4a.40.2 44100 Hz 2 ch 1024",
      "mp4a.40.5 44100 Hz 2 ch 2048",
      "mp4a.40.29 44100 Hz 2 ch 2048",
      "mp4a.40.5 48000 Hz 2 ch 2048",
      "mp4a.40.29 48000 Hz 2 ch 2048",
    ],
  );
});

test("a rate of 24 bits, frames of 960, and channels told by a program (ISO/IEC 14496-3 §4.4.1.1)", () => {
  assert.equal(
    summary(bytesOf("00010 1111", binary(37_800, 24), "0010 1 0 0")),
    "mp4a.40.2 37800 Hz 2 ch 960",
  );
  const elements = "0010 0001 0000 01 000 0000"; // two in front, one at the side, one low frequency
  const program = `0000 01 0011 ${elements} 0 0 0 0 0000 1 0000 1 0000 0000`;
  const head = "00010 0011 0000 0 0 0";
  const bits = `${head}${program}`.replaceAll(" ", "");
  const aligned = bits.padEnd(Math.ceil(bits.length / 8) * 8, "0");
  assert.equal(summary(bytesOf(aligned, "00000001 01000001")), "mp4a.40.2 48000 Hz 6 ch 1024");
});

test("what ffmpeg encodes is read as ffprobe reads it", () => {
  for (const [rate, channels] of [
    [8000, 1],
    [22_050, 2],
    [44_100, 6],
    [48_000, 3],
    [96_000, 8],
  ] as const) {
    const tone = `anullsrc=sample_rate=${rate}:channel_layout=${channels}c:duration=0.2`;
    const layouts: Record<number, string> = {
      1: "mono",
      2: "stereo",
      3: "3.0",
      6: "5.1",
      8: "7.1",
    };
    const source = tone.replace(`${channels}c`, layouts[channels] ?? "");
    const args = ["-v", "error", "-f", "lavfi", "-i", source, "-c:a", "aac"];
    const adts = execFileSync("ffmpeg", [...args, "-movflags", "empty_moov", "-f", "mp4", "-"]);
    const shown = [
      "-v",
      "error",
      "-show_entries",
      "stream=sample_rate,channels",
      "-of",
      "csv=p=0",
      "-",
    ];
    const probed = execFileSync("ffprobe", shown, { input: adts }).toString().trim();
    // The decoder's own part of esds: tag 5, a length of four bytes.
    const at = adts.indexOf(Buffer.from([5, 0x80, 0x80, 0x80]));
    const record = adts.subarray(at + 5, at + 5 + (adts[at + 4] ?? 0));
    const config = parseAudioSpecificConfig(record);
    assert.deepEqual(
      { probed, string: config.codecString },
      { probed: `${config.sampleRate},${config.channels}`, string: "mp4a.40.2" },
    );
  }
});

test("what is put in is read back", () => {
  const channels: Readonly<Record<number, number>> = {
    1: 1,
    2: 2,
    6: 6,
    7: 8,
    11: 7,
    12: 8,
    14: 8,
  };
  const code = fc.constantFrom(...Object.keys(channels).map(Number));
  const rate = fc.integer({ min: 1, max: 2 ** 23 - 1 });
  fc.assert(
    fc.property(rate, code, fc.boolean(), fc.boolean(), (hertz, channelCode, short, doubled) => {
      const explicit = (value: number): string => `1111${binary(value, 24)}`;
      const frame = short ? 960 : 1024;
      const layout = binary(channelCode, 4);
      const tail = `${short ? 1 : 0}00`;
      const record = doubled
        ? bytesOf("00101", explicit(hertz), layout, explicit(hertz * 2), "00010", tail)
        : bytesOf("00010", explicit(hertz), layout, tail);
      assert.deepEqual(parseAudioSpecificConfig(record), {
        kind: "audio",
        codec: "aac",
        record,
        codecString: doubled ? "mp4a.40.5" : "mp4a.40.2",
        sampleRate: doubled ? hertz * 2 : hertz,
        channels: channels[channelCode],
        samplesPerFrame: doubled ? frame * 2 : frame,
      });
    }),
  );
});

test("reserved rates, no channels, other object types and an early end are malformed", () => {
  for (const record of [
    bytesOf("00010 1101 0010 000"), // rate 13
    bytesOf("00010 1111", binary(0, 24), "0010 000"), // rate 0
    bytesOf("00010 0011 1000 000"), // channels 8
    bytesOf("11111 001010 0011 0010 000"), // USAC
    bytesOf("00000 0011 0010 000"),
    new Uint8Array(),
    Uint8Array.of(0x12),
  ]) {
    assert.throws(() => parseAudioSpecificConfig(record), MalformedInput);
  }
});

test("no bytes make the parser do anything but read or refuse", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (record) => {
      try {
        const config = parseAudioSpecificConfig(record);
        assert.ok(config.sampleRate > 0 && config.channels > 0 && config.samplesPerFrame >= 960);
      } catch (error) {
        assert.ok(error instanceof MalformedInput, String(error));
      }
    }),
    { numRuns: 5000 },
  );
});
