import type { AdaptationSet, TextFile } from "@oxbow/hls";
import { playlistLanguage } from "@oxbow/hls";
import {
  denseGrid,
  SHEET_COLUMNS,
  SHEET_ROWS,
  sheetSize,
  sheetTemplate,
} from "../../thumbnails/index.ts";
import { type AssetSubtitle, servedName } from "../asset.ts";
import type { Title } from "./title.ts";
import { titlePictures } from "./title-pictures.ts";

/** What the pictures of a sheet take before they are compressed (8 bits, 4:2:0): no JPEG of ours takes more. */
const BITS_PER_PIXEL = 12;

/** The subtitles of a title that is one period: their times count from its beginning. `firstId` and up name them. */
export function subtitleSets(
  { duration }: Title,
  subtitles: readonly AssetSubtitle[],
  firstId: number,
): TextFile[] {
  return subtitles.map((subtitle, at) => {
    const language = playlistLanguage(subtitle.language);
    const kind = subtitle.kind === "captions" ? "caption" : "subtitle";
    return {
      id: firstId + at,
      ...(language !== undefined && { language }),
      label: subtitle.label,
      roles: [
        subtitle.forced ? "forced-subtitle" : kind,
        ...(subtitle.default ? ["main" as const] : []),
      ],
      uri: `subtitles/${servedName(subtitle)}.vtt`,
      bandwidth: (subtitle.bytes * 8) / Math.max(duration, 1),
    };
  });
}

/**
 * The sheets of thumbnails of a title (DASH-IF IOP part 9, §8): pictures so far apart that each tile has
 * one. Undefined for sound alone, and where keyframes are too far apart for any grid.
 */
export function sheetSet(title: Title, id: number): AdaptationSet | undefined {
  const found = titlePictures(title);
  const grid = found && denseGrid(found.duration, found.size, found.pictures);
  if (grid === undefined) return undefined;
  const size = sheetSize(grid);
  const seconds = grid.interval * SHEET_COLUMNS * SHEET_ROWS;
  return {
    id,
    contentType: "image",
    mimeType: "image/jpeg",
    tiles: [SHEET_COLUMNS, SHEET_ROWS],
    template: {
      timescale: 1,
      presentationTimeOffset: 0,
      media: sheetTemplate(grid),
      startNumber: 0,
      timeline: { duration: seconds },
    },
    representations: [
      {
        id: "thumbnails",
        bandwidth: (size.width * size.height * BITS_PER_PIXEL) / seconds,
        ...size,
      },
    ],
  };
}
