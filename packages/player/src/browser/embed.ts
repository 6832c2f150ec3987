import { pickLanguage } from "../languages.ts";
import { PAGE_DATA_ID, type PageData, readPageData } from "../page-data.ts";
import { OxbowPlayer } from "./oxbow-player.ts";
import { part } from "./parts.ts";

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

const player = part(document, "oxbow-player", OxbowPlayer);
const data = dataOf(document);
document.documentElement.lang = pickLanguage(navigator.languages).tag;
const moment = new URLSearchParams(location.search).get("t");
if (moment !== null) player.setAttribute("start", moment);
if (data.kind === "live") player.toggleAttribute("autoplay", true);
player.findRecording = findRecording;
// The page around may style by the state, and tests wait for it.
player.addEventListener(
  "statechange",
  ({ detail }) => (document.body.dataset["state"] = detail.at),
);
document.addEventListener("keydown", (event) => {
  // The whole page is the player: its keys work also when no control has the focus.
  if (event.target === document.body) player.pressKey(event);
});
player.src = data;
