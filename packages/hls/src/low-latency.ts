import { type AttributeValue, attributes, seconds, uri, YES } from "./attribute-list.ts";

/** What the server does for those who reload (EXT-X-SERVER-CONTROL, rfc8216bis §4.4.3.8). Seconds. */
export type ServerControl = {
  readonly canBlockReload?: boolean;
  /** Older entries may be skipped; at least six targets. */
  readonly canSkipUntil?: number;
  /** Date ranges may be skipped as well. */
  readonly canSkipDateRanges?: boolean;
  /** How far from the end to play: at least three targets. */
  readonly holdBack?: number;
  /** … and where parts are listed: at least two part targets, better three. */
  readonly partHoldBack?: number;
};

/** What will be asked for next (EXT-X-PRELOAD-HINT, rfc8216bis §4.4.5.3). */
export type PreloadHint = { readonly type: "PART" | "MAP"; readonly uri: string };

/** How far another playlist is (EXT-X-RENDITION-REPORT, rfc8216bis §4.4.5.4). */
export type RenditionReport = {
  /** Relative to this playlist. */
  readonly uri: string;
  readonly lastMsn: number;
  /** Present where it lists parts. */
  readonly lastPart?: number;
};

export function serverControlLine(control: ServerControl): string {
  const { canBlockReload, canSkipUntil, canSkipDateRanges, holdBack, partHoldBack } = control;
  return `#EXT-X-SERVER-CONTROL:${attributes({
    "CAN-BLOCK-RELOAD": canBlockReload ? YES : undefined,
    "CAN-SKIP-UNTIL": decimal(canSkipUntil),
    "CAN-SKIP-DATERANGES": canSkipDateRanges ? YES : undefined,
    "HOLD-BACK": decimal(holdBack),
    "PART-HOLD-BACK": decimal(partHoldBack),
  })}`;
}

export function hintLine(hint: PreloadHint): string {
  return `#EXT-X-PRELOAD-HINT:${attributes({ TYPE: { bare: hint.type }, URI: uri(hint.uri) })}`;
}

export function reportLine({ uri: path, lastMsn, lastPart }: RenditionReport): string {
  const list = { URI: uri(path), "LAST-MSN": lastMsn, "LAST-PART": lastPart };
  return `#EXT-X-RENDITION-REPORT:${attributes(list)}`;
}

function decimal(value: number | undefined): AttributeValue {
  return value === undefined ? undefined : { bare: seconds(value) };
}
