import type { PageData } from "@oxbow/site-contract";

/** The id of the block of JSON that the server puts into a page's first HTML. */
const BLOCK = "oxbow-page";

/** What the server has put into the page: answers of calls, so that the first picture needs none. */
export function pageData(): PageData {
  const text = document.getElementById(BLOCK)?.textContent ?? "";
  if (text.trim() === "") return { answers: [] };
  try {
    const data: unknown = JSON.parse(text);
    return isPageData(data) ? data : { answers: [] };
  } catch (cause) {
    // The page works without: it asks for what it needs.
    console.warn(`The block #${BLOCK} cannot be read`, cause);
    return { answers: [] };
  }
}

const isPageData = (data: unknown): data is PageData =>
  typeof data === "object" && data !== null && "answers" in data && Array.isArray(data.answers);
