export const captionSizes = ["small", "medium", "large"] as const;
export const captionLooks = ["box", "outline", "yellow"] as const;
type Size = (typeof captionSizes)[number];
type Look = (typeof captionLooks)[number];

/** Where the viewer's choice is kept. */
const KEPT = "oxbow-captions";

/** The texts that can be shown over the picture. */
export function captionTracks(video: HTMLVideoElement): TextTrack[] {
  return [...video.textTracks].filter(({ kind }) => kind === "captions" || kind === "subtitles");
}

/** Shows one of them, or none. */
export function showCaptions(video: HTMLVideoElement, wanted: TextTrack | undefined): void {
  for (const track of captionTracks(video)) track.mode = track === wanted ? "showing" : "disabled";
  // Chromium shows a text that has begun already only if it is added anew.
  for (const cue of [...(wanted?.cues ?? [])]) {
    if (cue.startTime > video.currentTime || cue.endTime <= video.currentTime) continue;
    wanted?.removeCue(cue);
    wanted?.addCue(cue);
  }
}

/** Shows the last one that was shown, or the first; or none, if one is shown. */
export function toggleCaptions(video: HTMLVideoElement): void {
  const tracks = captionTracks(video);
  const on = tracks.some(({ mode }) => mode === "showing");
  const language = navigator.language.split("-")[0];
  const own = tracks.find((track) => track.language.split("-")[0] === language);
  showCaptions(video, on ? undefined : (own ?? tracks[0]));
}

export type CaptionStyle = {
  readonly size: Size;
  readonly look: Look;
  set(name: "size" | "look", value: Size | Look): void;
};

/** How captions look. */
export function captionStyle(video: HTMLVideoElement): CaptionStyle {
  const { captionSize, captionLook } = video.dataset;
  return {
    size: captionSizes.find((size) => size === captionSize) ?? "medium",
    look: captionLooks.find((look) => look === captionLook) ?? "box",
    set(name, value) {
      video.dataset[name === "size" ? "captionSize" : "captionLook"] = value;
      const { size, look } = captionStyle(video);
      try {
        localStorage.setItem(KEPT, `${size} ${look}`);
      } catch (refusal) {
        // A frame of another site may have no storage: the choice lasts as long as the page.
        console.info("The caption style is not kept", refusal);
      }
    },
  };
}

/** Takes up the choice of an earlier visit. */
export function recallCaptionStyle(video: HTMLVideoElement): void {
  try {
    const [size = "", look = ""] = (localStorage.getItem(KEPT) ?? "").split(" ");
    if (size !== "") video.dataset["captionSize"] = size;
    if (look !== "") video.dataset["captionLook"] = look;
  } catch (refusal) {
    console.info("No caption style was kept", refusal);
  }
}
