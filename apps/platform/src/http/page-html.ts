import type { PageAnswer } from "@oxbow/site-contract";
import type { FirstPage } from "./http-options.ts";

/** Where the built HTML has room for what a page shows before its script runs. */
const ROOM = "<!--page-->";

/** Puts a page's own head, first picture and data, and links to what it begins with, into the site's built HTML. */
export function pageHtml(
  built: string,
  { language, head, body = "", data }: FirstPage,
  everyPage: readonly PageAnswer[],
  preloads: string,
): string {
  const answers = { ...data, answers: [...data.answers, ...everyPage] };
  const json = JSON.stringify(answers).replaceAll("<", "\\u003c");
  const block = `<script type="application/json" id="oxbow-page">${json}</script>`;
  // Functions: a `$` in what is put in means nothing.
  const titled = head === "" ? built : built.replace(/<title>[^<]*<\/title>/, () => head);
  return titled
    .replace(/<html lang="[^"]*"/, () => `<html lang="${language}"`)
    .replace(ROOM, () => body)
    .replace("</head>", () => `${preloads}${block}</head>`);
}
