import type { StateName } from "./playback-state.ts";
import { en } from "./texts-en.ts";
import { ptBR } from "./texts-pt-br.ts";

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

/** The languages by their tag (BCP 47), the default first. */
export const languages: Readonly<Record<string, Texts>> = { en, "pt-BR": ptBR };

/** The language for what the viewer's browser, or the page around, asks for, best first. */
export function pickLanguage(wanted: readonly string[]): { tag: string; texts: Texts } {
  for (const tag of wanted) {
    const base = tag.toLowerCase().split("-")[0];
    const found = Object.entries(languages).find(
      ([own]) => own.toLowerCase().split("-")[0] === base,
    );
    if (found !== undefined) return { tag: found[0], texts: found[1] };
  }
  return { tag: "en", texts: en };
}
