import type { PlaybackState, StateName } from "../playback-state.ts";
import { behindLive, clockTime } from "../timeline.ts";
import { part } from "./parts.ts";
import type { SeekBar } from "./seek-bar.ts";
import type { View } from "./view.ts";

/** States in which a card stands over the picture. */
const CARDS: ReadonlySet<StateName> = new Set<StateName>([
  "soon",
  "interrupted",
  "disconnected",
  "unreachable",
  "ended",
  "preparing",
  "expired",
  "forbidden",
  "full",
  "unsupported",
  "removed",
]);
/** States in which what was loaded can still be gone back to. */
const REWINDABLE: ReadonlySet<StateName> = new Set<StateName>([
  "interrupted",
  "disconnected",
  "unreachable",
  "ended",
  "preparing",
]);

/** Shows a state: text for eyes and screen readers alike, the rest by the style sheet. */
export function showState(view: View, { at }: PlaybackState): void {
  const { frame, texts } = view;
  frame.dataset["state"] = at;
  frame.toggleAttribute("data-card", CARDS.has(at));
  part(frame, ".say", HTMLElement).textContent = texts.states[at].say;
  part(frame, ".more", HTMLElement).textContent = texts.states[at].more;
}

/** Shows where the playhead is: the bar, the live badge, the time. */
export function showTime(view: View, bar: SeekBar): void {
  const { frame, video, tag } = view;
  const playback = view.playback();
  const source = playback?.source;
  const at = playback?.state.at ?? "loading";
  const live = view.data()?.kind === "live";
  const facts = source?.facts();
  frame.toggleAttribute("data-edge", at === "live" || (at === "buffering" && !facts?.behind));
  const over = (at === "ended" || at === "preparing") && view.data()?.broadcast !== undefined;
  frame.toggleAttribute("data-closed", over || facts?.playlist === "closed");
  frame.toggleAttribute("data-rewind", source !== undefined && REWINDABLE.has(at));
  frame.toggleAttribute("data-waiting", at === "vod" && video.paused && video.played.length === 0);
  part(frame, ".captions", HTMLElement).hidden = video.textTracks.length === 0;
  const shown = [...video.textTracks].some(({ mode }) => mode === "showing");
  part(frame, ".captions", HTMLElement).setAttribute("aria-pressed", String(shown));
  bar.update();
  const window = source?.window() ?? { start: 0, end: 0 };
  const time = part(frame, ".time", HTMLElement);
  if (!live) {
    time.textContent = `${clockTime(video.currentTime - window.start)} / ${clockTime(window.end - window.start)}`;
    return;
  }
  const left = window.end - video.currentTime;
  const behind = at !== "live" && facts?.behind === true && left >= 1;
  time.textContent = behind ? behindLive(left) : "";
  const wall = behind ? source?.wallClock(video.currentTime) : undefined;
  if (wall === undefined) return;
  const clock = document.createElement("small");
  clock.textContent = new Intl.DateTimeFormat(tag, { timeStyle: "medium" }).format(wall);
  time.append(clock);
}

/** Counts down to the beginning; nothing where it is not known, or over. */
export function showCountdown(view: View, now: number): void {
  const shown = part(view.frame, ".countdown", HTMLElement);
  const left = Date.parse(view.data()?.startsAt ?? "") - now;
  shown.hidden = !(left > 0) || view.frame.dataset["state"] !== "soon";
  if (!shown.hidden) shown.textContent = `${view.texts.labels.startsIn} ${clockTime(left / 1000)}`;
}
