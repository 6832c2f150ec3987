import { Fault, wishedRendition } from "@oxbow/contract";
import type { ExportRequest, WishedFigures } from "./export-request.ts";
import type { RenditionWish } from "./export-spec.ts";

/** What broadcasters and most sites take. */
const USUAL_LUFS = -16;
/** The file of sound alone. */
export const AUDIO = "audio";
const SOURCE = "source";

/** The files that are asked for, in their order. Fault `invalid_request`. */
export function wishedFiles(request: ExportRequest): readonly RenditionWish[] {
  const asked = request.renditions ?? [SOURCE];
  const soundAlone = wishedTracks(request).join() === "audio";
  const wishes = asked.map((each) => wishOf(each, request.mode ?? "copy", soundAlone));
  wishes.forEach(({ name }, at) => {
    if (wishes.findIndex((other) => other.name === name) === at) return;
    throw new Fault("invalid_request", `"${name}" is asked for twice`, { field: "renditions" });
  });
  return wishes;
}

function wishOf(
  asked: string | WishedFigures,
  mode: "copy" | "transcode",
  soundAlone: boolean,
): RenditionWish {
  const plain = { height: null, fps: null, bitrate: null };
  // A copy takes what was recorded under the name.
  if (mode === "copy" && typeof asked === "string") return { name: asked, ...plain };
  if (asked === AUDIO || (asked === SOURCE && soundAlone)) return { name: AUDIO, ...plain };
  if (asked === SOURCE) return { name: SOURCE, ...plain };
  const wished = wishedRendition(plainFigures(asked));
  if (wished !== undefined) return wished;
  throw new Fault(
    "invalid_request",
    `Cannot make the rendition ${JSON.stringify(asked)}: give "source", "audio", a name like "720p", or { "height": 720 }`,
    { field: "renditions" },
  );
}

/** Without what was not said. */
function plainFigures(asked: string | WishedFigures) {
  if (typeof asked === "string") return asked;
  const { name, height, fps, bitrate } = asked;
  return {
    height,
    ...(name === undefined ? {} : { name }),
    ...(fps === undefined ? {} : { fps }),
    ...(bitrate === undefined ? {} : { bitrate }),
  };
}

/** Pictures, sound, or both. */
export function wishedTracks({ tracks }: ExportRequest): readonly ("video" | "audio")[] {
  if (tracks === undefined || tracks.length === 0) return ["video", "audio"];
  return (["video", "audio"] as const).filter((kind) => tracks.includes(kind));
}

/** LUFS; null where sound is to stay as loud as it is. */
export function wishedLoudness({ loudness }: ExportRequest): number | null {
  return loudness === true ? USUAL_LUFS : (loudness ?? null);
}

/** Fault `export_mode_unsupported` for what makes no sense together: it says what to ask for. */
export function refuseSenseless(request: ExportRequest): void {
  const copies = (request.mode ?? "copy") === "copy";
  const encoded = 'mode "transcode"';
  const figures = request.renditions?.some((each) => typeof each !== "string") ?? false;
  const burned = request.subtitles?.some(({ burn }) => burn === true) ?? false;
  const silent = !wishedTracks(request).includes("audio");
  const refusals: readonly [field: keyof ExportRequest, is: boolean, instead: string][] = [
    ["renditions", copies && figures, encoded],
    ["subtitles", copies && burned, `${encoded} to have them drawn into the pictures`],
    ["loudness", copies && request.loudness !== undefined, encoded],
    ["watermark", copies && request.watermark !== undefined, encoded],
    ["loudness", silent && request.loudness !== undefined, "tracks with audio"],
    ["destination", request.destination !== undefined, "no destination: the server's own storage"],
  ];
  for (const [field, is, instead] of refusals) {
    if (!is) continue;
    throw new Fault(
      "export_mode_unsupported",
      `Cannot export like this with ${field}: ask for ${instead}`,
      { field },
    );
  }
}
