import type { Texts } from "../texts.ts";

const icon = (path: string): string =>
  `<svg viewBox="0 0 24 24" aria-hidden="true"><path d="${path}"/></svg>`;

/** Around an arrow, which way it turns, and the figure inside it. */
const skip = (path: string): string =>
  `<svg viewBox="0 0 24 24" aria-hidden="true"><path d="${path}"/><text x="12" y="16.2">10</text></svg>`;

const icons = {
  back: skip("M12 4V1L7 5.5 12 10V6a7 7 0 1 1-7 7H3a9 9 0 1 0 9-9Z"),
  forward: skip("M12 4V1l5 4.5L12 10V6a7 7 0 1 0 7 7h2a9 9 0 1 1-9-9Z"),
  captions: icon(
    "M4 4h16a2 2 0 0 1 2 2v12a2 2 0 0 1-2 2H4a2 2 0 0 1-2-2V6a2 2 0 0 1 2-2Zm0 2v12h16V6H4Zm2 7h4v2H6Zm6 0h6v2h-6ZM6 9h8v2H6Z",
  ),
  settings: icon("M3 6h9v2H3zM16 6h5v2h-5zM12 4h2v6h-2zM3 16h5v2H3zM12 16h9v2h-9zM8 14h2v6H8z"),
  sound: icon("M3 9v6h4l5 5V4L7 9H3Zm13.5 3a4.5 4.5 0 0 0-2.5-4v8a4.5 4.5 0 0 0 2.5-4Z"),
};

/**
 * What stands in the shadow root. Texts are put in by `data-label` (what is read) and `data-name`
 * (what names a control), so that nothing of a page's own becomes markup.
 */
export const template = `
<div class="frame" part="frame" data-state="loading">
<media-controller part="controller" nohotkeys noautoseektolive>
<video slot="media" part="video" playsinline></video>
<div slot="top-chrome" class="top" part="top"><p class="title" part="title"></p></div>
<media-loading-indicator slot="centered-chrome" noautohide></media-loading-indicator>
<button slot="centered-chrome" class="start" part="start-button" type="button" data-name="start">${icon("M8 5v14l11-7L8 5Z")}</button>
<button slot="centered-chrome" class="unmute" part="unmute-button" type="button" noautohide hidden>${icons.sound}<span data-label="unmute"></span></button>
<div class="bottom" part="bottom">
<div class="seek" part="seek-bar">
<div class="track" part="track"><i class="loaded"></i><i class="played" part="played"></i><span class="ticks"></span></div>
<input type="range" min="0" max="0" step="any" value="0">
<div class="peek" part="peek" aria-hidden="true" hidden><i class="picture"></i><b class="at"></b><span class="clock"></span></div>
</div>
<media-control-bar part="control-bar">
<media-play-button></media-play-button>
<button class="control back10" type="button" data-name="back10">${icons.back}</button>
<button class="control forward10" type="button" data-name="forward10">${icons.forward}</button>
<media-mute-button></media-mute-button>
<media-volume-range></media-volume-range>
<button class="live-badge" part="live-button" type="button"><i></i><span class="edge" data-label="liveBadge"></span><span class="go" data-label="goLive"></span></button>
<span class="time" part="time"></span>
<span class="space"></span>
<button class="control captions" type="button" data-name="captions" aria-pressed="false" hidden>${icons.captions}</button>
<button class="control settings" part="settings-button" type="button" data-name="settings" aria-haspopup="menu" aria-expanded="false">${icons.settings}</button>
<media-pip-button></media-pip-button>
<media-fullscreen-button></media-fullscreen-button>
</media-control-bar>
</div>
</media-controller>
<section class="card" part="card">
<div role="status"><p class="say" part="say"></p><p class="more" part="more"></p></div>
<p class="countdown" part="countdown" role="timer" hidden></p>
<button type="button" class="recording" part="recording-button" data-label="recording" hidden></button>
</section>
<div class="layer" part="layer"></div>
</div>`;

/** Puts the texts of a language into what was made of the template. */
export function label(root: ParentNode, { labels }: Texts): void {
  const texts = new Map<string, string>(Object.entries(labels));
  for (const element of root.querySelectorAll<HTMLElement>("[data-label], [data-name]")) {
    const { label: read, name } = element.dataset;
    if (read !== undefined) element.textContent = texts.get(read) ?? "";
    else element.ariaLabel = texts.get(name ?? "") ?? "";
  }
}
