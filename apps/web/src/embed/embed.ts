import { OxbowPlayer } from "@oxbow/player/element";
import type { Video, VideoPage } from "@oxbow/site-contract";
import { followVideo } from "./follow-video.ts";
import { askView, firstView } from "./page-view.ts";
import { pickTexts } from "./texts.ts";

/** What all viewers ask at the same time is spread, in milliseconds. */
const SPREAD = 1_500;
const SECOND = 1_000;

const video = decodeURIComponent(location.pathname.split("/")[2] ?? "");
const query = new URLSearchParams(location.search);
const { tag, texts } = pickTexts([query.get("lang") ?? "", ...navigator.languages]);
const panel = document.querySelector("main .panel");
const heading = document.querySelector("h1");
const watching = new AbortController();
let player: OxbowPlayer | undefined;
let played: string | undefined;
let countdown: ReturnType<typeof setInterval> | undefined;

document.documentElement.lang = tag;

/** Says something in the player's place; more than a word is the title of what is said. */
function say(title: string, ...more: readonly (string | Node)[]): void {
  const strong = document.createElement("strong");
  strong.textContent = title;
  panel?.replaceChildren(strong, ...more);
}

function siteLink(): Node {
  const link = document.createElement("a");
  link.href = `/watch/${encodeURIComponent(video)}`;
  link.target = "_blank";
  link.textContent = texts.open;
  return link;
}

const two = (value: number): string => String(Math.floor(value)).padStart(2, "0");

function sayPlanned({ scheduledAt }: Video): void {
  if (scheduledAt === null) return say(texts.soon);
  const time = document.createElement("time");
  time.dateTime = scheduledAt;
  const tick = (): void => {
    const left = Math.max(0, (Date.parse(scheduledAt) - Date.now()) / SECOND);
    const clock = `${two(left / 3600)}:${two((left / 60) % 60)}:${two(left % 60)}`;
    time.textContent = left > 0 ? `${texts.startsIn} ${clock}` : "";
  };
  tick();
  countdown = setInterval(tick, SECOND);
  say(texts.soon, time);
}

function sayWaiting(shown: Video): void {
  if (shown.state === "planned") return sayPlanned(shown);
  if (shown.state !== "ended") return say(texts.starting);
  if (shown.preparing) return say(texts.preparing);
  return say(texts.ended, texts.nothing);
}

async function freshToken(): Promise<string> {
  const asked = await askView(video);
  const hls = "page" in asked ? asked.page.playback.player?.hls : undefined;
  const token = hls === undefined ? undefined : /\/t\/([^/]+)\//.exec(hls)?.[1];
  if (token === undefined) throw new Error("There is no token for this video");
  return token;
}

function show({ video: shown, playback }: VideoPage): void {
  clearInterval(countdown);
  document.title = shown.title;
  if (heading !== null) heading.textContent = shown.title;
  const source = playback.player;
  if (source === null) {
    // Who watches is not cut off: what plays, plays on.
    if (player === undefined) sayWaiting(shown);
    return;
  }
  const key = `${source.kind} ${source.id} ${source.broadcast ?? ""}`;
  if (key === played) return;
  played = key;
  if (player !== undefined) {
    player.offerRecording(source);
    return;
  }
  panel?.replaceChildren();
  player = new OxbowPlayer();
  player.lang = tag;
  player.setAttribute("link", `${location.origin}/watch/${video}`);
  const start = query.get("t");
  if (start !== null) player.setAttribute("start", start);
  player.toggleAttribute("autoplay", shown.state !== "ended" || query.get("autoplay") === "1");
  player.getToken = freshToken;
  player.src = source;
  // The page around may style by the state, and tests wait for it.
  player.addEventListener("statechange", ({ detail }) => {
    document.body.dataset["state"] = detail.at;
  });
  document.querySelector("main")?.append(player);
}

async function ask(): Promise<void> {
  const asked = await askView(video);
  if ("page" in asked) return show(asked.page);
  const { status } = asked;
  if (status === 410 || status === 404) {
    watching.abort();
    player?.remove();
    return say(texts.removed);
  }
  if (player !== undefined) return undefined;
  if (status === 401 || status === 403) return say(texts.private, siteLink());
  return say(texts.failed, siteLink());
}

document.addEventListener("keydown", (event) => {
  // The whole page is the player: its keys work also when no control has the focus.
  if (event.target === document.body) player?.pressKey(event);
});

const first = firstView(document.getElementById("oxbow-page")?.textContent ?? "");
if (first === undefined) void ask();
else show(first);
// What has ended changes by a file that takes its place, which the next visitor sees.
if (first === undefined || first.video.state !== "ended" || first.playback.player === null) {
  let asking: ReturnType<typeof setTimeout> | undefined;
  const changed = (): void => {
    clearTimeout(asking);
    asking = setTimeout(() => void ask(), Math.random() * SPREAD);
  };
  followVideo(video, changed, watching.signal);
}
