import { descriptor, type Role } from "./adaptation-set.ts";
import { element, xmlText } from "./xml.ts";

/** A WebVTT file for the whole of a period, whose times count from where the period begins. */
export type TextFile = {
  /** Unique among the adaptation sets of the period. */
  readonly id: number;
  /** BCP 47. */
  readonly language?: string;
  /** For people. */
  readonly label: string;
  readonly roles: readonly Role[];
  /** Relative to the MPD. */
  readonly uri: string;
  /** Bits a second, on average. */
  readonly bandwidth: number;
};

/** An adaptation set that is one file (ISO/IEC 23009-1 §5.3.9.2: no segment information but the URL). */
export function textSet({ id, language, label, roles, uri, bandwidth }: TextFile): string {
  return element(
    "AdaptationSet",
    { id, contentType: "text", mimeType: "text/vtt", lang: language },
    element("Label", {}, xmlText(label)),
    ...roles.map((role) => descriptor("Role", "urn:mpeg:dash:role:2011", role)),
    element(
      "Representation",
      { id: `text-${id}`, bandwidth: Math.max(1, Math.ceil(bandwidth)) },
      element("BaseURL", {}, xmlText(encodeURI(uri.toWellFormed()))),
    ),
  );
}
