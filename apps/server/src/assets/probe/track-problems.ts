import type { Edit, Movie, MovieTrack, OtherTrack } from "@oxbow/containers";
import { sameConfig } from "@oxbow/media";

/** One thing that stands in the way of playing a file. */
export type Problem = {
  readonly code: "media_unreadable" | "codec_unsupported";
  readonly what: string;
  readonly track: number | null;
  readonly advice: string;
};

const CODECS: ReadonlySet<string> = new Set([
  "avc",
  "hevc",
  "av1",
  "aac",
  "opus",
  "mp3",
  "ac3",
  "eac3",
]);
const WANTED = {
  vide: "Encode the pictures as H.264, HEVC or AV1: ffmpeg -i FILE -c:v libx264 -c:a copy NEW.mp4",
  soun: "Encode the sound as AAC: ffmpeg -i FILE -c:v copy -c:a aac NEW.mp4",
};
/** A cover picture is no film: it is left alone. */
const STILLS = new Set(["jpeg", "png ", "mjpg", "mjpa", "gif "]);
const REMUX = "Write it anew without a change of the media: ffmpeg -i FILE -c copy NEW.mp4";

/** Everything in a movie that can't be packaged. Data, text and time codes are left alone. */
export function trackProblems({ tracks, others }: Movie): readonly Problem[] {
  const problems = [...others.flatMap(otherProblem), ...tracks.flatMap(trackProblem)];
  if (problems.length === 0 && !tracks.some(({ table }) => table.count > 0)) {
    problems.push({
      code: "media_unreadable",
      what: "It has neither pictures nor sound",
      track: null,
      advice: "Send a file with at least one track of H.264, HEVC, AV1, AAC, Opus, MP3 or AC-3",
    });
  }
  return problems;
}

function otherProblem({ id, handler, codec }: OtherTrack): Problem[] {
  if (handler !== "vide" && handler !== "soun") return [];
  if (STILLS.has(codec)) return [];
  const locked = codec === "encv" || codec === "enca";
  return [
    {
      code: "codec_unsupported",
      what: locked ? "It is encrypted" : `Its codec is "${codec}"`,
      track: id,
      advice: locked ? "Send the file without protection" : WANTED[handler],
    },
  ];
}

function trackProblem({ track, configs, table, edits }: MovieTrack): Problem[] {
  const { id, config } = track;
  if (table.count === 0) return [];
  if (!CODECS.has(config.codec)) {
    const advice = WANTED[config.kind === "video" ? "vide" : "soun"];
    const what = `Its codec is ${config.codec}`;
    return [{ code: "codec_unsupported", what, track: id, advice }];
  }
  const problems: Problem[] = [];
  const used = new Set(table.descriptions ?? [1]);
  const changed = [...used].some((number) => {
    const other = configs[number - 1];
    return other !== undefined && !sameConfig(config, other);
  });
  if (changed) {
    problems.push({
      code: "media_unreadable",
      what: `Its codec configuration changes on the way (${used.size} sample descriptions)`,
      track: id,
      advice: "Encode it as one: ffmpeg -i FILE -c:v libx264 -c:a aac NEW.mp4",
    });
  }
  if (!isOnePiece(edits)) {
    problems.push({
      code: "media_unreadable",
      what: `Its edit list cuts it into ${edits.length} pieces`,
      track: id,
      advice: "Export the edited film as a new file, or encode it: ffmpeg -i FILE NEW.mp4",
    });
  }
  if (table.duration <= 0) {
    const what = "Its samples take no time";
    problems.push({ code: "media_unreadable", what, track: id, advice: REMUX });
  }
  return problems;
}

/** Whether an edit list shows one stretch, after silence or blackness at the most. */
function isOnePiece(edits: readonly Edit[]): boolean {
  const shown = edits.findIndex(({ mediaTime }) => mediaTime !== "empty");
  return shown >= 0 && edits.slice(shown + 1).every(({ duration }) => duration === 0);
}
