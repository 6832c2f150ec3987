import type { PlaybackState } from "../playback-state.ts";
import type { Texts } from "../texts.ts";

/** An element that the page is known to have. */
export function part<E extends Element>(selector: string, kind: new () => E): E {
  const found = document.querySelector(selector);
  if (found instanceof kind) return found;
  throw new Error(`The page has no ${selector}`);
}

/** What stands on the card over the picture; nothing while there is a picture to see. */
function words(state: PlaybackState, texts: Texts): [say: string, more: string] {
  switch (state.at) {
    case "loading":
    case "live":
    case "vod":
      return ["", ""];
    case "offline":
      return [texts.offline, texts.offlineMore];
    case "interrupted":
      return [texts.interrupted, texts.interruptedMore];
    case "ended":
      return [texts.ended, ""];
    case "failed":
      return [state.why === "removed" ? texts.removed : texts.unplayable, ""];
    default:
      return state satisfies never;
  }
}

/** Shows a state: text for eyes and screen readers alike, the rest by the style sheet. */
export function show(state: PlaybackState, texts: Texts): void {
  const [say, more] = words(state, texts);
  document.body.dataset["state"] = state.at;
  part(".say", HTMLElement).textContent = say;
  part(".more", HTMLElement).textContent = more;
}
