import "./controls.ts";
import { PAGE_DATA_ID, type PageData, readPageData } from "../page-data.ts";
import { pickLanguage } from "../texts.ts";
import { type Playback, play } from "./playback.ts";
import { part, show } from "./screen.ts";

const { tag, texts } = pickLanguage(navigator.languages);
const video = part("video", HTMLVideoElement);
const button = part(".recording", HTMLButtonElement);

/** The data of a page: this one, or the same as the server gives it now. */
function dataOf(page: Document): PageData {
  const data = readPageData(page.getElementById(PAGE_DATA_ID)?.textContent ?? "");
  if (data === undefined) throw new Error("The page says nothing about what to play");
  return data;
}

/** The recording as the server knows it now: it was made after this page. */
async function findRecording(): Promise<string | undefined> {
  try {
    const answer = await fetch(location.href, { cache: "no-store" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    return dataOf(page).recording;
  } catch (problem) {
    console.info("The recording is not known", problem);
    return undefined;
  }
}

function start(data: PageData): Playback {
  document.body.dataset["kind"] = data.kind;
  const playback = play(video, data, (state) => {
    show(state, texts);
    button.hidden = true;
    if (state.at === "ended") void offerRecording(playback);
  });
  // The controls ask the element for these (media-chrome's own extension of it).
  Object.defineProperties(video, {
    streamType: { configurable: true, value: data.kind === "live" ? "live" : "on-demand" },
    targetLiveWindow: { configurable: true, value: data.kind === "live" ? 0 : Number.NaN },
    liveEdgeStart: { configurable: true, get: () => playback.liveEdgeStart() },
  });
  video.dispatchEvent(new Event("streamtypechange"));
  video.dispatchEvent(new Event("targetlivewindowchange"));
  return playback;
}

/** Puts the recording under "the transmission has ended"; it plays in the same place. */
async function offerRecording(playback: Playback): Promise<void> {
  const hls = (await findRecording()) ?? dataOf(document).recording;
  if (hls === undefined || document.body.dataset["state"] !== "ended") return;
  button.hidden = false;
  button.onclick = () => {
    playback.close();
    button.hidden = true;
    document.body.dataset["state"] = "loading";
    start({ id: dataOf(document).id, kind: "vod", hls });
    video.play().catch((refusal: unknown) => console.info("Not started", refusal));
  };
}

const controller = part("media-controller", HTMLElement);
for (const name of ["keydown", "keyup"] as const) {
  // The whole page is the player: its keys work also when no control has the focus.
  document.addEventListener(name, (event) => {
    if (event.target === document.body) controller.dispatchEvent(new KeyboardEvent(name, event));
  });
}

document.documentElement.lang = tag;
controller.setAttribute("lang", tag === "pt-BR" ? "pt" : tag);
for (const label of document.querySelectorAll<HTMLElement>("[data-text]")) {
  const name = label.dataset["text"];
  label.textContent = Object.entries(texts).find(([key]) => key === name)?.[1] ?? "";
}
show({ at: "loading" }, texts);
start(dataOf(document));
