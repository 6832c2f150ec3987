import { type Browser, chromium } from "playwright-core";
import { programs } from "../tools/programs.mjs";

/**
 * Starts the system's Chromium, unseen. Ends with `await using`.
 *
 * @param sound whether pages may play with sound before the viewer has pressed anything
 */
export async function openBrowser(sound = true): Promise<Browser> {
  const executablePath = programs.chromium();
  if (executablePath === undefined) throw new Error("There is no Chromium on this system");
  return chromium.launch({
    executablePath,
    headless: true,
    args: [
      // Chromium refuses to run as root with its sandbox; what it loads here is our own.
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      `--autoplay-policy=${sound ? "no-user-gesture-required" : "document-user-activation-required"}`,
    ],
  });
}
