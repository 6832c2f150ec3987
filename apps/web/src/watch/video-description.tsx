import type { ReactNode } from "react";
import { linkParts } from "./link-parts.ts";
import css from "./watch-page.module.css";

/** What people wrote about a video: its lines, with links. */
export function VideoDescription({ text }: { readonly text: string }): ReactNode {
  return (
    <p className={css["description"]}>
      {linkParts(text).map(({ text: words, href, at }) =>
        href === undefined ? (
          words
        ) : (
          <a key={at} href={href} rel="nofollow ugc noopener" target="_blank">
            {words}
          </a>
        ),
      )}
    </p>
  );
}
