import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Every sample of a file or URL as `track, dts, pts, duration, size, MD5`, in file order for each track. */
export async function samplesOf(input: string): Promise<{ video: string[]; audio: string[] }> {
  const track = async (map: string): Promise<string[]> => {
    const args = [
      "-v",
      "error",
      "-copyts",
      "-i",
      input,
      "-map",
      map,
      "-c",
      "copy",
      "-f",
      "framemd5",
      "-",
    ];
    const { stdout } = await run("ffmpeg", args, { maxBuffer: 64 * 1024 * 1024 });
    return stdout.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  };
  return { video: await track("0:v:0?"), audio: await track("0:a:0?") };
}
