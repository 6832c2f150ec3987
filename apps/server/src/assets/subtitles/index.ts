export { type SubtitleRequest, Subtitles } from "./subtitles.ts";
