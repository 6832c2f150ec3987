import { keyCommand } from "../key-command.ts";
import { timeAt } from "../timeline.ts";
import { toggleCaptions } from "./captions.ts";
import type { View } from "./view.ts";

/** Two taps within so many milliseconds are one of seeking. */
const DOUBLE = 300;

/** Does what a key asks; true where it asked something. */
export function onKey(view: View, event: KeyboardEvent, help: () => void): boolean {
  const command = keyCommand(event.key, event.ctrlKey || event.altKey || event.metaKey);
  if (command === undefined) return false;
  const { video, controller } = view;
  const playback = view.playback();
  const window = playback?.source?.window() ?? { start: 0, end: 0 };
  switch (command.do) {
    case "play":
      if (video.paused) playback?.play();
      else video.pause();
      break;
    case "mute":
      video.muted = !video.muted;
      break;
    case "volume":
      video.volume = Math.min(1, Math.max(0, video.volume + command.by));
      if (command.by > 0) video.muted = false;
      break;
    case "fullscreen":
      press(controller, "media-fullscreen-button");
      break;
    case "pip":
      press(controller, "media-pip-button");
      break;
    case "captions":
      toggleCaptions(video);
      break;
    case "help":
      help();
      break;
    case "seek":
      view.seek(video.currentTime + command.by);
      break;
    case "jump":
      view.seek(timeAt(window, command.to));
      break;
    case "home":
      view.seek(window.start);
      break;
    case "end":
      if (view.data()?.kind === "live") playback?.goLive();
      else view.seek(window.end);
      break;
    default:
      return command satisfies never;
  }
  return true;
}

/** A control of media-chrome knows best how to do it on each system. */
function press(controller: HTMLElement, name: string): void {
  controller.querySelector<HTMLElement>(name)?.click();
}

/** Two taps on a side of the picture seek by ten seconds. */
export function listenToTaps(view: View): void {
  let last = { at: -Infinity, side: 0 };
  view.video.addEventListener("pointerup", (event) => {
    if (event.pointerType !== "touch") return;
    const { left, width } = view.frame.getBoundingClientRect();
    const place = (event.clientX - left) / width;
    const side = place < 0.4 ? -1 : place > 0.6 ? 1 : 0;
    const now = event.timeStamp;
    if (side !== 0 && side === last.side && now - last.at < DOUBLE)
      view.seek(view.video.currentTime + 10 * side);
    last = { at: now, side };
  });
}

/** A phone turns with a wide picture that fills its screen. */
export function turnInFullscreen(view: View): void {
  const { orientation } = screen;
  if (document.fullscreenElement === null || !matchMedia("(pointer: coarse)").matches) return;
  if (view.video.videoWidth < view.video.videoHeight) return;
  // Not in the DOM's types, because not every browser has it.
  if (!("lock" in orientation) || typeof orientation.lock !== "function") return;
  Promise.resolve(orientation.lock("landscape")).catch((refusal: unknown) =>
    console.info("The screen does not turn", refusal),
  );
}
