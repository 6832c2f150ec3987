import { useEffect } from "react";

const SITE = "Oxbow";

/** Names the page, in the tab and to who listens. Nothing, while it is not known yet. */
export function useTitle(title: string | undefined): void {
  useEffect(() => {
    if (title !== undefined) document.title = title === "" ? SITE : `${title} · ${SITE}`;
  }, [title]);
}
