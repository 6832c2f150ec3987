import {
  captionLooks,
  captionSizes,
  captionStyle,
  captionTracks,
  showCaptions,
} from "./captions.ts";
import { make } from "./parts.ts";
import type { View } from "./view.ts";

type Item = { readonly label: string; readonly checked?: boolean; choose(): void };
type Entry =
  | { readonly label: string; readonly value: string; readonly items: readonly Item[] }
  | { readonly label: string; choose(): void };

const RATES = [0.5, 1, 1.25, 1.5, 2];

export type MenuActions = {
  readonly stats: () => void;
  readonly help: () => void;
  readonly copyLink: () => void;
};

/**
 * Opens the settings over the picture: a menu of a page for each setting, by the keys that menus have
 * (WAI-ARIA Authoring Practices, menu button). `closed` hears that it is gone.
 */
export function openMenu(view: View, actions: MenuActions, closed: () => void): () => void {
  const menu = make("div", "menu");
  menu.setAttribute("role", "menu");
  menu.setAttribute("part", "menu");
  menu.setAttribute("aria-label", view.texts.labels.settings);
  const listening = new AbortController();
  const close = (): void => {
    if (listening.signal.aborted) return;
    listening.abort();
    menu.remove();
    closed();
  };
  const show = (rows: readonly HTMLElement[], focus = 0): void => {
    menu.replaceChildren(...rows);
    (rows[focus] ?? rows[0])?.focus();
  };
  const home = (focus = 0): void => {
    const entries = entriesOf(view, actions);
    show(
      entries.map((entry, at) => {
        const row = rowOf(entry.label, "menuitem");
        if ("items" in entry) {
          row.setAttribute("aria-haspopup", "menu");
          row.append(make("span", "value", entry.value));
          row.addEventListener("click", () => page(entry, () => home(at)));
        } else {
          row.addEventListener("click", () => {
            close();
            entry.choose();
          });
        }
        return row;
      }),
      focus,
    );
  };
  const page = (entry: Extract<Entry, { items: unknown }>, back: () => void): void => {
    const title = rowOf(entry.label, "menuitem");
    title.classList.add("title-row");
    title.addEventListener("click", back);
    const rows = entry.items.map((item) => {
      const row = rowOf(item.label, "menuitemradio");
      row.setAttribute("aria-checked", String(item.checked === true));
      row.addEventListener("click", () => {
        item.choose();
        back();
      });
      return row;
    });
    show([title, ...rows], 1 + entry.items.findIndex((item) => item.checked === true));
    menu.addEventListener("keydown", (event) => event.key === "ArrowLeft" && back(), {
      once: true,
      signal: listening.signal,
    });
  };
  menu.addEventListener("keydown", (event) => onKey(event, menu, close));
  view.root.addEventListener(
    "pointerdown",
    (event) => {
      if (event.target instanceof Element && event.target.closest(".menu, .settings")) return;
      close();
    },
    { signal: listening.signal },
  );
  menu.addEventListener("focusout", (event) => {
    const to = event.relatedTarget;
    if (to instanceof Element && !menu.contains(to) && !to.matches(".settings")) close();
  });
  view.layer.append(menu);
  home();
  return close;
}

function rowOf(label: string, role: string): HTMLButtonElement {
  const row = make("button", "");
  row.type = "button";
  row.tabIndex = -1;
  row.setAttribute("role", role);
  row.append(make("span", "", label));
  return row;
}

function onKey(event: KeyboardEvent, menu: HTMLElement, close: () => void): void {
  const rows = [...menu.querySelectorAll("button")];
  const at = rows.findIndex((row) => row.matches(":focus"));
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }[event.key];
  if (event.key === "Escape" || event.key === "Tab") close();
  else if (event.key === "ArrowRight" && rows[at]?.hasAttribute("aria-haspopup")) rows[at].click();
  else if (to !== undefined) rows.at(to % rows.length)?.focus();
  else if (event.key !== "ArrowLeft") {
    // Enter and space press the row; the player's keys are not meant here.
    event.stopPropagation();
    return;
  }
  event.stopPropagation();
  if (event.key !== "Tab") event.preventDefault();
}

/** What can be set for what is played now; a setting without a choice is left out. */
function entriesOf(view: View, actions: MenuActions): Entry[] {
  const { labels } = view.texts;
  return [
    ...qualityEntry(view),
    ...captionEntries(view),
    ...audioEntry(view),
    ...speedEntry(view),
    { label: labels.copyLink, choose: actions.copyLink },
    { label: labels.stats, choose: actions.stats },
    { label: labels.help, choose: actions.help },
  ];
}

/** A setting with its choices, and the one that is chosen as its value. */
const chosen = (label: string, items: readonly Item[]): Entry => ({
  label,
  items,
  value: items.find((item) => item.checked === true)?.label ?? "",
});

function qualityEntry(view: View): Entry[] {
  const source = view.playback()?.source;
  const { labels } = view.texts;
  if (source === undefined || source.qualities().length === 0) return [];
  const { chosen: id, actual } = source.quality();
  const auto = actual === "" ? labels.auto : `${labels.auto} (${actual})`;
  return [
    chosen(labels.quality, [
      { label: auto, checked: id === -1, choose: () => source.chooseQuality(-1) },
      ...source.qualities().map((quality) => ({
        label: quality.label,
        checked: quality.id === id,
        choose: () => source.chooseQuality(quality.id),
      })),
    ]),
  ];
}

function captionEntries(view: View): Entry[] {
  const { video, texts } = view;
  const { labels } = texts;
  const tracks = captionTracks(video);
  if (tracks.length === 0) return [];
  const showing = tracks.find((track) => track.mode === "showing");
  const style = captionStyle(video);
  return [
    chosen(labels.captions, [
      {
        label: labels.off,
        checked: showing === undefined,
        choose: () => showCaptions(video, undefined),
      },
      ...tracks.map((track, at) => ({
        label: track.label || track.language || `${labels.track} ${at + 1}`,
        checked: track === showing,
        choose: () => showCaptions(video, track),
      })),
    ]),
    chosen(
      labels.captionSize,
      captionSizes.map((size) => ({
        label: labels[size],
        checked: size === style.size,
        choose: () => style.set("size", size),
      })),
    ),
    chosen(
      labels.captionLook,
      captionLooks.map((look) => ({
        label: labels[look],
        checked: look === style.look,
        choose: () => style.set("look", look),
      })),
    ),
  ];
}

function audioEntry(view: View): Entry[] {
  const source = view.playback()?.source;
  const tracks = source?.audios() ?? [];
  if (source === undefined || tracks.length < 2) return [];
  return [
    chosen(
      view.texts.labels.audio,
      tracks.map(({ id, label }) => ({
        label,
        checked: id === source.audio(),
        choose: () => source.chooseAudio(id),
      })),
    ),
  ];
}

function speedEntry(view: View): Entry[] {
  const { video, texts, tag } = view;
  // At the live edge there is nothing to play faster.
  if (view.playback()?.state.at === "live") return [];
  const format = new Intl.NumberFormat(tag);
  const near = RATES.reduce((best, rate) =>
    Math.abs(rate - video.playbackRate) < Math.abs(best - video.playbackRate) ? rate : best,
  );
  return [
    chosen(
      texts.labels.speed,
      RATES.map((rate) => ({
        label: rate === 1 ? texts.labels.normal : `${format.format(rate)}×`,
        checked: rate === near,
        choose: () => (video.playbackRate = rate),
      })),
    ),
  ];
}
