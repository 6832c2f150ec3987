import type { LabelName } from "../texts.ts";
import { make } from "./parts.ts";
import { ahead } from "./source.ts";
import type { View } from "./view.ts";

/** How often figures are read, in milliseconds. */
const TICK = 500;

/** Shows or hides the figures of the playback. */
export function toggleStats(view: View): void {
  const open = view.layer.querySelector(".stats");
  if (open !== null) {
    open.remove();
    return;
  }
  const panel = panelOf(view, "stats", "stats");
  const list = make("dl", "");
  panel.append(list);
  const update = (): void => {
    list.replaceChildren(
      ...figures(view).flatMap(([name, value]) => [
        make("dt", "", view.texts.labels[name]),
        make("dd", "", value),
      ]),
    );
  };
  update();
  const timer = setInterval(() => {
    if (panel.isConnected) update();
    else clearInterval(timer);
  }, TICK);
}

function figures({ video, playback, tag }: View): [LabelName, string][] {
  const number = (digits: number): Intl.NumberFormat =>
    new Intl.NumberFormat(tag, { minimumFractionDigits: digits, maximumFractionDigits: digits });
  const found = playback()?.source?.figures() ?? {};
  const seconds = (value: number): string => `${number(2).format(value)} s`;
  const mega = (value: number): string => `${number(2).format(value / 1e6)} Mbit/s`;
  const { latency, wanted, codecs, bitrate, bandwidth, partTarget } = found;
  const { totalVideoFrames, droppedVideoFrames } = video.getVideoPlaybackQuality();
  const frames = number(0);
  return [
    ...when(latency, (value): [LabelName, string] => [
      "latency",
      seconds(value) + (wanted === undefined ? "" : ` → ${seconds(wanted)}`),
    ]),
    ["buffer", seconds(ahead(video))],
    ["drops", `${frames.format(droppedVideoFrames)} / ${frames.format(totalVideoFrames)}`],
    ["size", `${video.videoWidth} × ${video.videoHeight}`],
    ...when(codecs, (value): [LabelName, string] => ["codec", value]),
    ...when(bitrate, (value): [LabelName, string] => [
      "bitrate",
      mega(value) + (bandwidth === undefined ? "" : ` ← ${mega(bandwidth)}`),
    ]),
    ...when(partTarget, (value): [LabelName, string] => ["part", seconds(value)]),
  ];
}

const when = <T, R>(value: T | undefined, use: (value: T) => R): R[] =>
  value === undefined ? [] : [use(value)];

const keys: readonly (readonly [string[], LabelName])[] = [
  [["K", "␣"], "keyPlay"],
  [["J", "L"], "keySkip"],
  [["←", "→"], "keySeek"],
  [["↑", "↓"], "keyVolume"],
  [["M"], "keyMute"],
  [["F"], "keyFullscreen"],
  [["C"], "keyCaptions"],
  [["I"], "keyPip"],
  [["0 – 9"], "keyTenths"],
  [["Home", "End"], "keyEnds"],
  [["?"], "keyHelp"],
];

/** Shows or hides the keys. */
export function toggleHelp(view: View): void {
  const open = view.layer.querySelector(".help");
  if (open !== null) {
    open.remove();
    return;
  }
  const panel = panelOf(view, "help", "help");
  panel.setAttribute("role", "dialog");
  panel.setAttribute("aria-label", view.texts.labels.help);
  const table = make("table", "");
  for (const [names, label] of keys) {
    const row = table.insertRow();
    row.insertCell().append(...names.map((name) => make("kbd", "", name)));
    const meaning = make("th", "", view.texts.labels[label]);
    meaning.scope = "row";
    row.append(meaning);
  }
  panel.append(table);
  panel.querySelector("button")?.focus();
}

function panelOf(view: View, className: string, title: LabelName): HTMLElement {
  const { labels } = view.texts;
  const panel = make("div", className);
  panel.setAttribute("part", className);
  const head = make("div", "panel-head");
  const close = make("button", "", "✕");
  close.type = "button";
  close.setAttribute("aria-label", labels.close);
  close.addEventListener("click", () => panel.remove());
  panel.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    panel.remove();
    event.stopPropagation();
  });
  head.append(make("span", "", labels[title]), close);
  panel.append(head);
  view.layer.append(panel);
  return panel;
}
