import { spawn } from "node:child_process";
import { once } from "node:events";
import { buffer } from "node:stream/consumers";
import { setTimeout as delay } from "node:timers/promises";
import { drawCode } from "../fixtures/frame-code.ts";

const WIDTH = 640;
const HEIGHT = 360;
export const FPS = 30;
/** Pictures of the background, which goes round: a keyframe's distance. */
const ROUND = 2 * FPS;
/** Pictures that wait for the encoder at most; none is drawn anew while it waits. */
const WAITING = 45;
/** Bytes: grey, so that nothing colours the code. */
const PICTURE = WIDTH * HEIGHT;
const RATE = 48_000;

/** A camera before an encoder: pictures that say when they were taken, and a tone. */
export type Camera = {
  /** When picture 0 was taken, Unix milliseconds; picture n follows n / FPS seconds later. */
  readonly began: number;
  /** Ends the broadcast; throws if the encoder could not keep up or was refused. */
  end(): Promise<void>;
  /** Ends it, whatever happened. */
  [Symbol.asyncDispose](): Promise<void>;
};

/** Raw pictures to encode in real time over those of ffmpeg's test source. */
async function background(): Promise<Uint8Array[]> {
  const source = `testsrc2=s=${WIDTH}x${HEIGHT}:r=${FPS}`;
  const child = spawn(
    "ffmpeg",
    [
      ...["-v", "error", "-f", "lavfi", "-i", source, "-frames:v", String(ROUND)],
      ...["-pix_fmt", "gray", "-f", "rawvideo", "-"],
    ],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  const bytes = await buffer(child.stdout);
  return Array.from({ length: ROUND }, (_, at) => bytes.subarray(at * PICTURE, (at + 1) * PICTURE));
}

/** The sound of one picture's time: 450 Hz, whose waves end with it. */
function tone(): Uint8Array {
  const samples = new Int16Array(RATE / FPS);
  for (let at = 0; at < samples.length; at++)
    samples[at] = 3000 * Math.sin((2 * Math.PI * 450 * at) / RATE);
  return new Uint8Array(samples.buffer);
}

// As an encoder for low latency is set: no look-ahead, no B-frames, a keyframe every two seconds.
const encoding = [
  ...["-pix_fmt", "yuv420p", "-c:v", "libx264", "-preset", "ultrafast", "-tune", "zerolatency"],
  ...["-g", String(ROUND), "-keyint_min", String(ROUND), "-sc_threshold", "0", "-b:v", "800k"],
  ...["-threads", "1", "-c:a", "aac", "-b:a", "96k", "-flush_packets", "1", "-f", "flv"],
];

/** Takes pictures in real time and publishes them over RTMP. */
export async function startCamera(url: string): Promise<Camera> {
  const pictures = await background();
  const sound = tone();
  const size = ["-video_size", `${WIDTH}x${HEIGHT}`, "-framerate", String(FPS)];
  const atOnce = ["-fflags", "nobuffer", "-probesize", "32", "-analyzeduration", "0"];
  const child = spawn(
    "ffmpeg",
    [
      ...["-hide_banner", "-v", "error"],
      ...[...atOnce, "-f", "rawvideo", "-pixel_format", "gray", ...size, "-i", "pipe:0"],
      ...[...atOnce, "-f", "s16le", "-ar", String(RATE), "-ac", "1", "-i", "pipe:3"],
      ...[...encoding, url],
    ],
    { stdio: ["pipe", "ignore", "inherit", "pipe"] },
  );
  const exit = once(child, "exit");
  const [video, , , audio] = child.stdio;
  if (video === null || audio === null || audio === undefined || !("write" in audio))
    throw new Error("A pipe of ffmpeg is missing");
  const ends = new AbortController();
  // What ffmpeg does not take any more is told by its exit.
  video.on("error", () => ends.abort());
  audio.on("error", () => ends.abort());
  const take = (number: number): void => {
    const picture = pictures[number % ROUND];
    if (picture === undefined) return;
    drawCode(picture, WIDTH, HEIGHT, number);
    video.write(picture);
    audio.write(sound);
  };
  // The encoder reads the first picture before it begins: the clock starts when that is done.
  take(0);
  await Promise.race([once(video, "drain"), exit]);
  const began = Date.now();
  let slow = false;
  const running = (async () => {
    for (let number = 1; !ends.signal.aborted; number++) {
      const due = Math.max(0, began + (number * 1000) / FPS - Date.now());
      // Also when late, so that what was taken can leave.
      await delay(due, undefined, { signal: ends.signal }).catch(() => undefined);
      slow = video.writableLength > WAITING * PICTURE;
      if (slow) {
        process.stderr.write(`The encoder cannot keep up on this machine: picture ${number}\n`);
        break;
      }
      take(number);
    }
    video.end();
    audio.end();
  })();
  const finish = async (): Promise<number | null> => {
    ends.abort();
    await running;
    const [code] = await exit;
    return typeof code === "number" ? code : null;
  };
  return {
    began,
    async end() {
      const code = await finish();
      if (slow) throw new Error("The camera ended before it was told to");
      if (code !== 0) throw new Error(`The encoder ended with ${String(code)}`);
    },
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null) child.kill("SIGKILL");
      await finish();
    },
  };
}
