import { useSyncExternalStore } from "react";
import { kept } from "./kept.ts";

/** `auto` follows the system. */
export type Theme = "auto" | "light" | "dark";

export const themes: readonly Theme[] = ["auto", "light", "dark"];

/** The key is read by `public/theme.js`, too, before the first picture. */
const KEY = "theme";
const listeners = new Set<() => void>();

const read = (): Theme => {
  const value = document.documentElement.dataset["theme"];
  return themes.find((theme) => theme === value) ?? "auto";
};

function setTheme(theme: Theme): void {
  document.documentElement.dataset["theme"] = theme;
  kept.write(KEY, theme);
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Light or dark, as it was chosen in this browser. */
export function useTheme(): { readonly theme: Theme; readonly setTheme: (theme: Theme) => void } {
  return { theme: useSyncExternalStore(subscribe, read), setTheme };
}
