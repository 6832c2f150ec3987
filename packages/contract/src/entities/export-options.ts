import { z } from "zod";
import { boundedList } from "./bounded-list.ts";
import { RenditionWish, renditionName, repeatedName, wishedRendition } from "./ladder.ts";
import { language } from "./language.ts";

export const exportModes = ["copy", "transcode"] as const;

const MIB = 1_048_576;

/** Files of one export. */
const MOST_FILES = 8;

/** Which qualities an export makes or copies, each a file of the asset. */
export const exportRenditions = boundedList(
  z.union([renditionName, RenditionWish], {
    error: 'give a name like "source" or "720p", or { "height": 720 }',
  }),
  MOST_FILES,
)
  .superRefine((wishes, check) => {
    for (const { at, message } of repeatedName(wishes.map(nameOf))) {
      check.addIssue({ code: "custom", path: [at], message, input: wishes[at] });
    }
  })
  .meta({
    description:
      'A file each; source unless told. copy: names of what was recorded. transcode: names like "720p" or "720p30", figures, "source" for the size of the source, "audio" for sound alone (M4A)',
  });

const subtitle = {
  language,
  label: z.string().min(1).max(100).optional(),
  default: z.boolean().default(false),
  burn: z.boolean().default(false).meta({
    description: "Drawn into the pictures, for mode transcode; otherwise a text of file and asset",
  }),
};

/** Text for the pictures of an export. */
export const ExportSubtitle = z
  .strictObject({
    ...subtitle,
    text: z.string().min(1).max(MIB),
    format: z.enum(["vtt", "srt"]).optional().meta({ description: "Seen from the text" }),
    timing: z.enum(["export", "broadcast"]).default("export").meta({
      description:
        "export: 0 is the export's first picture; broadcast: 0 is that of the broadcast, and what lies outside the range is cut off",
    }),
  })
  .meta({ description: "WebVTT or SubRip for an export" });

/** The same as it is told back. */
export const ToldSubtitle = z.object(subtitle).partial({ default: true, burn: true });

/** What broadcasters and most sites take. */
const USUAL_LUFS = -16;

/** Integrated loudness by EBU R 128: what is asked for, and `true` as the usual one. */
export const loudness = z
  .union([z.literal(true), z.number().min(-70).max(-5)], {
    error: `give true (${USUAL_LUFS} LUFS), or LUFS from -70 to -5`,
  })
  .meta({
    description: `Sound brought to a loudness (EBU R 128), for mode transcode; true: ${USUAL_LUFS} LUFS`,
  });

/** 512 KiB in base64. */
const IMAGE_LENGTH = Math.ceil((512 * 1024) / 3) * 4;

const corners = ["top-left", "top-right", "bottom-left", "bottom-right", "center"] as const;

/** An image over all pictures. */
export const Watermark = z
  .strictObject({
    image: z
      .base64({ error: "give a PNG or JPEG in base64" })
      .max(IMAGE_LENGTH, { error: "give an image of at most 512 KiB" })
      .regex(/^(iVBORw0KGgo|\/9j\/)/, { error: "give a PNG or JPEG in base64" })
      .meta({ description: "PNG or JPEG in base64, at most 512 KiB" }),
    position: z.enum(corners).default("top-right"),
    opacity: z.number().min(0).max(1).default(1),
    width: z
      .number()
      .min(0.01)
      .max(1)
      .default(0.15)
      .meta({ description: "As a share of the picture's width" }),
  })
  .meta({ description: "An image over all pictures, for mode transcode" });

const nameOf = (wish: string | RenditionWish): string =>
  typeof wish === "string" ? wish : (wishedRendition(wish)?.name ?? "");
