import type { AnyRouter } from "@tanstack/react-router";

/** The page of this site that a press on a link opens; undefined: the browser's own business. */
function pageOf(event: MouseEvent): URL | undefined {
  const plain =
    event.button === 0 && !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey);
  if (event.defaultPrevented || !plain || !(event.target instanceof Element)) return undefined;
  const link = event.target.closest("a[href]");
  if (!(link instanceof HTMLAnchorElement) || link.hasAttribute("download")) return undefined;
  if (link.target !== "" && link.target !== "_self") return undefined;
  const url = new URL(link.href);
  const here = url.pathname === location.pathname && url.search === location.search;
  // A place on this page is scrolled to by the browser.
  if (url.origin !== location.origin || (here && url.hash !== "")) return undefined;
  return url;
}

/**
 * Opens links to pages of the site without loading it anew, whoever has written them: `<a href>` is enough.
 * What is no page (a file, a feed) is loaded.
 */
export function followLinks(router: AnyRouter): void {
  document.addEventListener("click", (event) => {
    const url = pageOf(event);
    if (url === undefined || !isPage(router, url.pathname)) return;
    event.preventDefault();
    router.history.push(`${url.pathname}${url.search}${url.hash}`);
  });
}

function isPage(router: AnyRouter, path: string): boolean {
  const [, , found] = router.getMatchedRoutes(path);
  return found !== undefined;
}
