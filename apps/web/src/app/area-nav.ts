import type { IconName } from "../ui/index.tsx";
import type { en } from "./texts-en.ts";

/** A line of an area's navigation: where it goes, and its word in `texts.nav`. */
export type NavLine = {
  readonly href: string;
  readonly icon: IconName;
  readonly text: keyof (typeof en)["nav"];
};

export const studioNav: readonly NavLine[] = [
  { href: "/studio", icon: "broadcast", text: "channel" },
  { href: "/studio/videos", icon: "film", text: "videos" },
];

export const operatorNav: readonly NavLine[] = [{ href: "/operator", icon: "bell", text: "needs" }];
