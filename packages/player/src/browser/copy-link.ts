import { make } from "./parts.ts";
import type { View } from "./view.ts";

/** How long a word like "link copied" stands, in milliseconds. */
const TOAST = 2500;

/** Puts a link to what is shown now into the clipboard, and says so. */
export async function copyLink(view: View): Promise<void> {
  const link = view.link();
  let said: string = view.texts.labels.copied;
  try {
    await navigator.clipboard.writeText(link);
  } catch (refusal) {
    // A frame may not write there, and a page without TLS has none: the link is shown instead.
    console.info("The clipboard is closed", refusal);
    said = link;
  }
  const toast = make("div", "toast", said);
  toast.setAttribute("role", "status");
  view.layer.append(toast);
  setTimeout(() => toast.remove(), TOAST);
}
