import type { StateName } from "./playback-state.ts";

/** A headline, and what follows from it for the viewer. */
export type Said = { readonly say: string; readonly more: string };

/** The labels of controls and the like. */
export type LabelName =
  | "player"
  | "start"
  | "unmute"
  | "recording"
  | "startsIn"
  | "liveBadge"
  | "goLive"
  | "back10"
  | "forward10"
  | "seek"
  | "settings"
  | "quality"
  | "auto"
  | "captions"
  | "captionSize"
  | "captionLook"
  | "audio"
  | "speed"
  | "normal"
  | "off"
  | "small"
  | "medium"
  | "large"
  | "box"
  | "outline"
  | "yellow"
  | "stats"
  | "help"
  | "copyLink"
  | "copied"
  | "close"
  | "latency"
  | "buffer"
  | "drops"
  | "codec"
  | "bitrate"
  | "size"
  | "part"
  | "marker"
  | "track"
  | "of"
  | "keyPlay"
  | "keySkip"
  | "keySeek"
  | "keyVolume"
  | "keyMute"
  | "keyFullscreen"
  | "keyCaptions"
  | "keyPip"
  | "keyTenths"
  | "keyEnds"
  | "keyHelp";

/** What the player says. Every language has every text. */
export type Texts = {
  readonly states: Readonly<Record<StateName, Said>>;
  readonly labels: Readonly<Record<LabelName, string>>;
};
