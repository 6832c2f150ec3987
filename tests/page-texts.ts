import type { Page } from "playwright-core";

/** What the functions that run inside the page use of it. */
type Parent = { closest(selector: string): unknown };
declare const document: {
  readonly body: unknown;
  createTreeWalker(
    root: unknown,
    what: number,
  ): { nextNode(): { readonly textContent: string | null; readonly parentElement: Parent } | null };
};

/** What the site has told a page so far, as it was written. */
export function toldTo(page: Page): { readonly texts: readonly string[] } {
  const texts: string[] = [];
  page.on("response", (response) => {
    const isTold = /^\/(?:api|watch|c|studio|operator|account|$)/.test(
      new URL(response.url()).pathname,
    );
    // Of an answer that nobody waits for any more there is no text.
    if (isTold)
      response.text().then(
        (text) => texts.push(text),
        () => undefined,
      );
  });
  return { texts };
}

/** Figures, moments, names of the media server's events, lists of data: they come from no text of the site. */
const FORMATTED = /\d|_| · |, |^(?:now|Oxbow)$/;

/** Texts of a page in the pseudo-language that neither the site's texts, its data nor a format explain. */
export async function untranslated(page: Page, told: readonly string[]): Promise<string[]> {
  const found = await page.evaluate(() => {
    const walker = document.createTreeWalker(document.body, 4);
    const texts = new Set<string>();
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const text = (node.textContent ?? "").trim();
      const isSite = /[[\]~]/.test(text) || !/[a-z]{3}/i.test(text);
      if (
        !isSite &&
        node.parentElement.closest("script, style, noscript, pre, [lang]:not(html)") === null
      ) {
        texts.add(text);
      }
    }
    return [...texts];
  });
  // In a page, what could end a script stands as its number.
  const data = told.join("\n").replaceAll("\\u003c", "<");
  return found
    .filter((text) => !FORMATTED.test(text) && !data.includes(JSON.stringify(text).slice(1, -1)))
    .map((text) => `is not translated: ${text}`);
}
