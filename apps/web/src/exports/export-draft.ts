import type { BodyIn } from "@oxbow/site-contract";

export type DraftSubtitle = {
  readonly key: number;
  readonly file: string;
  readonly text: string;
  readonly language: string;
  readonly label: string;
  readonly burn: boolean;
};

/** A wish for a file, as somebody fills it in. */
export type ExportDraft = {
  readonly title: string;
  readonly mode: "copy" | "transcode";
  readonly renditions: readonly string[];
  readonly cut: "keyframe" | "exact";
  readonly gaps: "skip" | "fill";
  readonly loudness: boolean;
  readonly subtitles: readonly DraftSubtitle[];
  readonly publish: "no" | "replace" | "clip";
};

/** Letters of a text of subtitles, and how many of them there may be. */
export const MOST_TEXT = 500_000;
export const MOST_SUBTITLES = 4;

/** Whether a language has the form of a code: `pt-BR`. */
export const isLanguage = (text: string): boolean =>
  /^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$/.test(text);

/** The language that a file's name ends with: `tale.pt-BR.srt`; "" where it says none. */
export function languageOfName(name: string): string {
  const [, language = ""] =
    /[._]([A-Za-z]{2,3}(?:-[A-Za-z]{2,4})?)\.(?:srt|vtt)$/i.exec(name) ?? [];
  return language;
}

/** What the site is asked for. */
export function bodyOf(
  draft: ExportDraft,
  video: string,
  range: { readonly from: string; readonly to: string } | null,
): BodyIn<"exports.create"> {
  const { mode, loudness, cut, subtitles, title, ...rest } = draft;
  const encodes = mode === "transcode";
  return {
    ...rest,
    ...(title.trim() === "" ? {} : { title: title.trim() }),
    renditions: [...draft.renditions],
    mode,
    video,
    range,
    cut: range === null ? "keyframe" : cut,
    loudness: encodes && loudness,
    subtitles: subtitles.map(({ language, label, burn, text }) => {
      return { language, label: label.trim() || language, burn: encodes && burn, text };
    }),
  };
}
