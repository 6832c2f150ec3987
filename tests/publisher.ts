import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";

export type PublishOptions = {
  /** How many times as fast as real time: 1, if left out, as an encoder is. */
  readonly speed?: number;
  /** Arguments of ffmpeg before the input. */
  readonly input?: readonly string[];
  /** Arguments of ffmpeg between the input and the URL; copies audio and video if left out. */
  readonly output?: readonly string[];
};

/** An ffmpeg that publishes a clip. */
export type Publisher = {
  /** Its exit code, when the clip is at its end or the server refused it. */
  readonly done: Promise<number | null>;
  /** Cuts the connection, as a lost encoder does. */
  kill(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
};

/** Publishes a clip over RTMP; at its end, ffmpeg says goodbye as OBS does. */
export function publish(clip: string, url: string, options: PublishOptions = {}): Publisher {
  const { speed = 1, input = [], output = ["-c", "copy"] } = options;
  const child: ChildProcess = spawn(
    "ffmpeg",
    [
      ...["-hide_banner", "-v", "error", "-nostdin"],
      ...["-readrate", String(speed)],
      ...[...input, "-i", clip, ...output, "-f", "flv", url],
    ],
    { stdio: "ignore" },
  );
  const done = once(child, "exit").then(([code]) => (typeof code === "number" ? code : null));
  const kill = async (): Promise<void> => {
    child.kill("SIGKILL");
    await done;
  };
  return { done, kill, [Symbol.asyncDispose]: kill };
}
