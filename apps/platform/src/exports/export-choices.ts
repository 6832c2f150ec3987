import type { Archive, Client } from "@oxbow/sdk";
import { type ExportChoices, SiteFault } from "@oxbow/site-contract";
import { mediaFault } from "../media/index.ts";
import type { VideoRow } from "../videos/index.ts";

/** Sizes that an encoder is offered for, by the height of the picture. */
const HEIGHTS = [2160, 1440, 1080, 720, 480, 360] as const;

const timeText = (at: number): string => new Date(at).toISOString();

/**
 * What may be wished for of a stretch of a video, as the archive has it now. Refuses with `conflict`
 * (`nothing_recorded`), `media_server_*`.
 */
export async function exportChoices(
  media: Client,
  video: VideoRow,
  stream: string,
  range: { readonly from: number; readonly to: number },
): Promise<ExportChoices> {
  let archive: Archive;
  try {
    archive = await media.archive.get(stream, range);
  } catch (error) {
    throw mediaFault(error);
  }
  const { ranges, gaps } = archive;
  if (ranges.length === 0) throw nothingRecorded();
  const recorded = [...new Set(ranges.flatMap(({ renditions = ["source"] }) => renditions))];
  const heights = ranges.flatMap(({ tracks }) => tracks.map(({ height = 0 }) => height));
  return {
    video: { id: video.id, title: video.title },
    from: timeText(range.from),
    to: timeText(range.to),
    recorded: ["source", ...recorded.filter((name) => name !== "source")],
    encoded: encodedOf(Math.max(0, ...heights)),
    bytes: ranges.reduce((sum, { bytes }) => sum + bytes, 0),
    gaps: gaps.length,
  };
}

/** Nothing is made larger than it was. */
function encodedOf(height: number): string[] {
  const lower = HEIGHTS.filter((one) => one < height).map((one) => `${one}p`);
  return ["source", ...lower, "audio"];
}

export const nothingRecorded = (): SiteFault =>
  new SiteFault("conflict", "Nothing of this video is in the archive", {
    reason: "nothing_recorded",
  });
