export { decodeText } from "./decode-text.ts";
export { requestsOf } from "./found-texts.ts";
export { parseSubtitles } from "./parse-subtitles.ts";
export { type CueSpan, retime } from "./retime.ts";
export type { SubtitleText } from "./subtitle-text.ts";
export { type SubtitleRequest, Subtitles } from "./subtitles.ts";
export { webVtt } from "./web-vtt.ts";
