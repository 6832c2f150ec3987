import type { ClosedCaptions } from "../multivariant-playlist.ts";
import { type SegmentTemplate, segmentTemplate } from "./segment-template.ts";
import { element, xmlText } from "./xml.ts";

/** One quality of an adaptation set (ISO/IEC 23009-1 §5.3.5). */
export type Representation = {
  /** Unique in its period; stands in the segments' URLs. */
  readonly id: string;
  /** Bits a second that no segment exceeds. */
  readonly bandwidth: number;
  /** RFC 6381; absent for images. */
  readonly codecs?: string;
  /** Coded pixels. */
  readonly width?: number;
  readonly height?: number;
  /** Sample aspect ratio. */
  readonly sar?: readonly [horizontal: number, vertical: number];
  /** Pictures a second. */
  readonly frameRate?: number;
  readonly audioSamplingRate?: number;
  readonly channels?: number;
  /** Where it differs from that of its set. */
  readonly template?: SegmentTemplate;
};

/** Roles of urn:mpeg:dash:role:2011 (§5.8.5.5). */
export type Role =
  | "main"
  | "alternate"
  | "commentary"
  | "dub"
  | "subtitle"
  | "caption"
  | "forced-subtitle";

/** Tracks between which a player may switch (§5.3.3). */
export type AdaptationSet = {
  /** Unique in its period; the same in all periods where the same content goes on. */
  readonly id: number;
  readonly contentType: "video" | "audio" | "text" | "image";
  readonly mimeType: string;
  /** BCP 47. */
  readonly language?: string;
  /** For people. */
  readonly label?: string;
  readonly role?: Role;
  /** In its pictures (SCTE 214-1 §7.2.2). */
  readonly closedCaptions?: readonly ClosedCaptions[];
  /** Every segment begins with a picture that decodes alone. */
  readonly independent?: boolean;
  /** Id of the period before, where nothing but the period changes (§5.3.2.4). */
  readonly continues?: string;
  /** Columns and rows of pictures in each image (DASH-IF IOP, thumbnail tiles). */
  readonly tiles?: readonly [columns: number, rows: number];
  readonly template: SegmentTemplate;
  readonly representations: readonly Representation[];
};

export function adaptationSet(set: AdaptationSet): string {
  const media = set.contentType !== "image";
  return element(
    "AdaptationSet",
    {
      id: set.id,
      contentType: set.contentType,
      mimeType: set.mimeType,
      lang: set.language,
      segmentAlignment: media ? true : undefined,
      startWithSAP: media && set.independent ? 1 : undefined,
    },
    ...descriptors(set),
    segmentTemplate(set.template),
    ...set.representations.map((one) => representation(one, set.tiles)),
  );
}

/** In the order of the schema: supplemental properties, label, accessibility, role. */
function descriptors({ continues, role, label, closedCaptions }: AdaptationSet): string[] {
  return [
    continues === undefined
      ? ""
      : descriptor("SupplementalProperty", "urn:mpeg:dash:period-continuity:2015", continues),
    label === undefined ? "" : element("Label", {}, xmlText(label)),
    ...captionDescriptors(closedCaptions ?? []),
    role === undefined ? "" : descriptor("Role", "urn:mpeg:dash:role:2011", role),
  ];
}

/** One for the channels of CEA-608, `CC1=en;CC3=und`, and one for the services of CEA-708, `1=lang:en`. */
function captionDescriptors(captions: readonly ClosedCaptions[]): string[] {
  const channels: string[] = [];
  const services: string[] = [];
  for (const { service, language = "und" } of captions) {
    if (service.startsWith("CC")) channels.push(`${service}=${language}`);
    else services.push(`${service.replace("SERVICE", "")}=lang:${language}`);
  }
  return [
    ...captionDescriptor("urn:scte:dash:cc:cea-608:2015", channels),
    ...captionDescriptor("urn:scte:dash:cc:cea-708:2015", services),
  ];
}

function captionDescriptor(scheme: string, list: readonly string[]): string[] {
  return list.length === 0 ? [] : [descriptor("Accessibility", scheme, list.join(";"))];
}

function representation(one: Representation, tiles: AdaptationSet["tiles"]): string {
  const { channels, template } = one;
  return element(
    "Representation",
    {
      id: one.id,
      bandwidth: Math.max(1, Math.ceil(one.bandwidth)),
      codecs: one.codecs,
      width: one.width,
      height: one.height,
      sar: one.sar?.join(":"),
      frameRate: one.frameRate === undefined ? undefined : frameRate(one.frameRate),
      audioSamplingRate: one.audioSamplingRate,
    },
    channels === undefined
      ? ""
      : descriptor("AudioChannelConfiguration", CHANNELS, String(channels)),
    // Here, and not in the set: shaka leaves out sets with essential properties that it does not know.
    tiles === undefined
      ? ""
      : descriptor(
          "EssentialProperty",
          "http://dashif.org/guidelines/thumbnail_tile",
          tiles.join("x"),
        ),
    template === undefined ? "" : segmentTemplate(template),
  );
}

const CHANNELS = "urn:mpeg:dash:23003:3:audio_channel_configuration:2011";

export function descriptor(name: string, schemeIdUri: string, value: string): string {
  return element(name, { schemeIdUri, value });
}

/** A whole number, or a fraction (§5.3.7.2, FrameRateType): rates of television are n × 1000 / 1001. */
function frameRate(rate: number): string | undefined {
  if (!(rate > 0)) return undefined;
  const whole = Math.round(rate);
  if (whole > 0 && Math.abs(rate - whole) < 0.002) return String(whole);
  const television = Math.round(rate * 1.001);
  if (Math.abs(rate * 1.001 - television) < 0.002) return `${television * 1000}/1001`;
  return `${Math.max(1, Math.round(rate * 1000))}/1000`;
}
