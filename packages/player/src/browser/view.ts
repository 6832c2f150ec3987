import type { PageData } from "../page-data.ts";
import type { Texts } from "../texts.ts";
import type { Playback } from "./playback.ts";

/** What the pieces of the player's interface work on. */
export type View = {
  readonly root: ShadowRoot;
  readonly frame: HTMLElement;
  readonly video: HTMLVideoElement;
  readonly controller: HTMLElement;
  /** Where menus and panels stand. */
  readonly layer: HTMLElement;
  readonly tag: string;
  readonly texts: Texts;
  /** What is played now; undefined before there is anything to play. */
  readonly playback: () => Playback | undefined;
  readonly data: () => PageData | undefined;
  /** Seeks, and plays on if the end had been reached. */
  readonly seek: (time: number) => void;
  /** A link to what is shown now. */
  readonly link: () => string;
};
