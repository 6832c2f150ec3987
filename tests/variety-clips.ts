import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ffmpeg, makeClip } from "../fixtures/clip.ts";

/** Clips of other people's making, where they are at hand. */
const MEDIA = fileURLToPath(new URL("../../shared/media/", import.meta.url));

/** Something that encoders send. */
export type Variety = {
  readonly name: string;
  /** The FLV file to publish. */
  readonly file: string;
  /** Arguments of ffmpeg before the URL. */
  readonly output: readonly string[];
  readonly video: boolean;
  readonly audio: boolean;
  /** Each picture says its number, and each second has its flash and its beep. */
  readonly coded: boolean;
  /** Published as an encoder does, instead of as fast as it goes. */
  readonly realTime: boolean;
};

type Recipe = Partial<Omit<Variety, "name" | "file">> & {
  readonly name: string;
  /** Writes the FLV file, or another that is then copied into one. */
  readonly make: (file: string, folder: string) => Promise<string | undefined>;
};

const SMALL = { width: 320, height: 180 } as const;

/** A clip of MEDIA, or one made with the same properties. */
function foreign(name: string, options: Parameters<typeof makeClip>[1]): Recipe["make"] {
  return async (_file, folder) => {
    const path = join(MEDIA, name);
    if (existsSync(path)) return path;
    const made = join(folder, name);
    await makeClip(made, options);
    return made;
  };
}

/** A clip with codes. */
function coded(options: Parameters<typeof makeClip>[1]): Recipe["make"] {
  return async (file) => {
    await makeClip(file, { ...SMALL, ...options });
    return undefined;
  };
}

/** Sound that is not there in the first second, and in time from there on. */
async function lateSound(file: string, folder: string): Promise<undefined> {
  const whole = join(folder, "late-whole.mp4");
  await makeClip(whole, { ...SMALL, duration: 5 });
  const inputs = ["-copyts", "-i", whole, "-ss", "1", "-i", whole];
  await ffmpeg([...inputs, "-map", "0:v", "-map", "1:a", "-c", "copy", file]);
}

const WRAP = 16_777.215;

const recipes: readonly Recipe[] = [
  {
    name: "480p-aac51",
    coded: false,
    make: foreign("bbb-480p24-h264-aac51-30s.mp4", {
      ...{ duration: 12, width: 854, height: 480, fps: 24, output: ["-ac", "6"] },
    }),
  },
  {
    name: "vfr-screen",
    coded: false,
    audio: false,
    make: foreign("screenrec-vfr-3026x1386-h264-noaudio.mp4", {
      ...{ duration: 8, width: 1514, height: 694, audio: false },
      output: ["-vf", "select='not(mod(n*n\\,7))'", "-fps_mode", "vfr"],
    }),
  },
  {
    name: "rotated",
    coded: false,
    make: foreign("bbb-1080p24-rotated90-h264-aac51-2s.mp4", {
      ...{ duration: 2, width: 720, height: 1280, fps: 24 },
    }),
  },
  { name: "audio-only", video: false, make: coded({ duration: 6, video: false }) },
  { name: "video-only", audio: false, make: coded({ duration: 5, audio: false }) },
  { name: "keyframe-10s", make: coded({ duration: 23, gop: 10 }) },
  {
    name: "before-4h39m",
    output: ["-copyts"],
    make: coded({ duration: 6, output: ["-output_ts_offset", String(WRAP - 3)] }),
  },
  {
    name: "beyond-4h39m",
    output: ["-copyts"],
    make: coded({ duration: 5, output: ["-output_ts_offset", String(WRAP + 60)] }),
  },
  {
    name: "b-frames-3",
    make: coded({
      ...{ duration: 5, bFrames: 3 },
      output: ["-x264-params", "b-adapt=0:b-pyramid=normal"],
    }),
  },
  {
    name: "mono-44100",
    realTime: true,
    make: coded({ duration: 6, output: ["-ac", "1", "-ar", "44100"] }),
  },
  { name: "late-sound", realTime: true, make: lateSound },
];

/** Makes all varieties in a folder, as FLV files. */
export async function makeVarieties(folder: string): Promise<Variety[]> {
  const varieties: Variety[] = [];
  for (const { name, make, output = [], ...more } of recipes) {
    const file = join(folder, `${name}.flv`);
    const source = await make(file, folder);
    if (source !== undefined) await ffmpeg(["-i", source, "-c", "copy", file]);
    varieties.push({
      ...{ video: true, audio: true, coded: true, realTime: false, ...more },
      ...{ name, file, output: [...output, "-c", "copy"] },
    });
  }
  return varieties;
}
