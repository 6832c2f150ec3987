import type { IconName } from "../ui/index.tsx";
import type { en } from "./texts-en.ts";

/** A line of an area's navigation: where it goes, and its word in `texts.nav`. */
export type NavLine = {
  readonly href: string;
  readonly icon: IconName;
  readonly text: keyof (typeof en)["nav"];
};

export const studioNav: readonly NavLine[] = [
  { href: "/studio", icon: "home", text: "overview" },
  { href: "/studio/live", icon: "broadcast", text: "live" },
  { href: "/studio/recordings", icon: "film", text: "recordings" },
  { href: "/studio/exports", icon: "download", text: "files" },
  { href: "/studio/settings", icon: "settings", text: "channel" },
];

export const operatorNav: readonly NavLine[] = [
  { href: "/operator", icon: "bell", text: "needs" },
  { href: "/operator/exports", icon: "download", text: "exports" },
  { href: "/operator/events", icon: "list", text: "events" },
  { href: "/operator/sinks", icon: "webhook", text: "sinks" },
  { href: "/operator/sessions", icon: "broadcast", text: "sessions" },
  { href: "/operator/storage", icon: "disk", text: "storage" },
  { href: "/operator/doctor", icon: "chart", text: "doctor" },
  { href: "/operator/users", icon: "users", text: "people" },
  { href: "/operator/audit", icon: "shield", text: "audit" },
  { href: "/operator/settings", icon: "settings", text: "settings" },
];

/** The line whose pages hold this path: the longest that it begins with. */
export function currentLine(lines: readonly NavLine[], path: string): NavLine | undefined {
  return lines
    .filter(({ href }) => path === href || path.startsWith(`${href}/`))
    .toSorted((a, b) => b.href.length - a.href.length)[0];
}
