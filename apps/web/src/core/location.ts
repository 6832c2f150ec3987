import { useLocation, useParams, useRouter } from "@tanstack/react-router";
import { useCallback, useMemo } from "react";

/** A parameter of the page's path: `useParam("video")` on `/watch/$video`. */
export function useParam(name: string): string {
  const params: Readonly<Record<string, unknown>> = useParams({ strict: false });
  const value = params[name];
  if (typeof value !== "string") throw new Error(`This page's path has no "${name}"`);
  return value;
}

/** The query of the page's address. */
export function useQueryTexts(): URLSearchParams {
  const text = useLocation({ select: (location) => location.searchStr });
  return useMemo(() => new URLSearchParams(text), [text]);
}

/** Goes to a page of the site: `go("/watch/vid_1")`. `replace`: the way back leaves this one out. */
export function useGo(): (href: string, options?: { readonly replace?: boolean }) => void {
  const { history } = useRouter();
  return useCallback(
    (href, { replace = false } = {}) => {
      if (replace) history.replace(href);
      else history.push(href);
    },
    [history],
  );
}
