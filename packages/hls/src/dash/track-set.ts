import type { Track } from "@oxbow/media";
import { playlistLanguage } from "../track-attributes.ts";
import type { AdaptationSet, Representation, Role } from "./adaptation-set.ts";
import { type TimelineSegment, templatePath } from "./segment-template.ts";

/** Where the segments of a track are and when they are shown. */
export type TrackPlace = {
  /** Holds `{track}/init.mp4` and `{track}/{number}.m4s`; relative to the MPD. */
  readonly folder: string;
  readonly startNumber: number;
  /** Ticks of the track. */
  readonly presentationTimeOffset: number;
  readonly timeline: readonly TimelineSegment[];
  /** Bits a second. */
  readonly bandwidth: number;
  readonly independent: boolean;
  /** Where the bitstream does not say. */
  readonly frameRate?: number | undefined;
  readonly continues?: string | undefined;
  readonly availabilityTimeOffset?: number | undefined;
  readonly role?: Role;
  readonly label?: string;
};

/** Bandwidths are told in steps of so many bits a second, so that they seldom change between updates. */
const STEP = 10_000;

/** One track as an adaptation set of its own. */
export function trackSet(track: Track, place: TrackPlace): AdaptationSet {
  const { config, timescale, id } = track;
  const language = playlistLanguage(track.language);
  const { continues, availabilityTimeOffset, label } = place;
  return {
    id,
    contentType: config.kind,
    mimeType: `${config.kind}/mp4`,
    ...(language !== undefined && { language }),
    ...(label !== undefined && { label }),
    role: place.role ?? "main",
    independent: place.independent,
    ...(continues !== undefined && { continues }),
    template: {
      timescale,
      presentationTimeOffset: place.presentationTimeOffset,
      initialization: `${templatePath(place.folder)}/$RepresentationID$/init.mp4`,
      media: `${templatePath(place.folder)}/$RepresentationID$/$Number$.m4s`,
      startNumber: place.startNumber,
      ...(availabilityTimeOffset !== undefined && { availabilityTimeOffset }),
      timeline: place.timeline,
    },
    representations: [representation(track, place)],
  };
}

function representation({ id, config }: Track, place: TrackPlace): Representation {
  const common = {
    id: String(id),
    bandwidth: Math.max(1, Math.ceil(place.bandwidth / STEP)) * STEP,
    codecs: config.codecString,
  };
  if (config.kind === "audio") {
    return { ...common, audioSamplingRate: config.sampleRate, channels: config.channels };
  }
  const frameRate = config.frameRate ?? place.frameRate;
  const [horizontal, vertical] = config.pixelAspect;
  return {
    ...common,
    width: config.width,
    height: config.height,
    sar: horizontal > 0 && vertical > 0 ? config.pixelAspect : [1, 1],
    ...(frameRate !== undefined && frameRate > 0 && { frameRate }),
  };
}
