import type { MovieTrack } from "@oxbow/containers";
import { Fault } from "@oxbow/contract";
import { z } from "zod";
import { runFfmpeg } from "../../ffmpeg/index.ts";
import type { Problem } from "./track-problems.ts";

const FFPROBE = {
  program: "ffprobe",
  protocols: "file",
  timeoutMs: 60_000,
  mostBytes: 2 ** 22,
} as const;

const answer = z.object({
  streams: z.array(z.object({ id: z.string().optional(), codec_name: z.string().optional() })),
});

/** ffprobe's names of the codecs that are taken. */
const NAMES: Readonly<Record<string, string>> = { avc: "h264" };

/**
 * What ffprobe says against a file that was found good; nothing where there is no ffprobe, or it does not
 * come to an end, which is no reason to refuse a file.
 */
export async function secondOpinion(
  path: string,
  tracks: readonly MovieTrack[],
): Promise<readonly Problem[]> {
  const args = ["-show_entries", "stream=id,codec_name", "-of", "json", path];
  let told: z.infer<typeof answer>;
  try {
    told = answer.parse(JSON.parse((await runFfmpeg({ ...FFPROBE, args })).toString()));
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    if (error.code === "unavailable") return [];
    return [
      {
        code: "media_unreadable",
        what: "ffprobe can't read it either way to the end",
        track: null,
        advice: "Write it anew: ffmpeg -i FILE -c copy NEW.mp4",
      },
    ];
  }
  return tracks.flatMap(({ track: { id, config } }): Problem[] => {
    const theirs = told.streams.find((stream) => Number(stream.id) === id)?.codec_name;
    const ours = NAMES[config.codec] ?? config.codec;
    if (theirs === undefined || theirs === ours) return [];
    const what = `It is told to be ${ours}, and ffprobe finds ${theirs}`;
    const advice = "Encode it anew: ffmpeg -i FILE -c:v libx264 -c:a aac NEW.mp4";
    return [{ code: "codec_unsupported", what, track: id, advice }];
  });
}
