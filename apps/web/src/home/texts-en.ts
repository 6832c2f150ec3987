import { plural } from "../core/index.ts";

const count = plural("en");

export const en = {
  home: "Home",
  liveNow: "Live now",
  upcoming: "Coming up",
  recent: "Recent videos",
  startsAt: (when: string) => `Starts ${when}`,
  watching: (n: number) => count(n, { one: "{n} watching", other: "{n} watching" }),
  loading: "Loading videos",
  failed: "The videos could not be loaded",
  emptyTitle: "Nothing has been broadcast here yet",
  emptyViewer: "When somebody goes live, it appears here, and stays as a video afterwards.",
  emptyStreamer: "Go live with OBS, or start a test stream: the studio leads you through it.",
  toStudio: "Open the studio",
  signIn: "Sign in",
  channelEmptyTitle: "No videos yet",
  channelEmpty: "What this channel broadcasts will be here.",
  videos: "Videos",
  feed: "RSS feed",
  channelUnknown: "There is no such channel",
  channelUnknownAbout: "It may have another name now.",
  toHome: "To the home page",
  searchTitle: "Search",
  searchNow: "Search",
  searchFor: (words: string) => `Results for “${words}”`,
  searchLabel: "Words in titles, descriptions and names of channels",
  searchStart: "What are you looking for?",
  searchHint: "Every word counts, and the last one may be unfinished.",
  searchNone: (words: string) => `Nothing was found for “${words}”`,
  searchNoneAbout: "Try fewer words, or other ones.",
  searchFound: (n: number) => count(n, { one: "{n} video found", other: "{n} videos found" }),
  searchFoundMore: (n: number) =>
    count(n, { one: "More than {n} video found", other: "More than {n} videos found" }),
};
