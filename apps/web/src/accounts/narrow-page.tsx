import type { ReactNode } from "react";
import { useTitle } from "../core/index.ts";
import { Card } from "../ui/index.tsx";
import css from "./narrow-page.module.css";

/** A page with one small form. */
export function NarrowPage({
  title,
  about,
  links,
  children,
}: {
  readonly title: string;
  readonly about?: ReactNode;
  /** Other ways, under the form. */
  readonly links?: ReactNode;
  readonly children: ReactNode;
}): ReactNode {
  useTitle(title);
  return (
    <div className={css["page"]}>
      <header className={css["head"]}>
        <h1 tabIndex={-1}>{title}</h1>
        {about === undefined ? null : <p>{about}</p>}
      </header>
      <Card>{children}</Card>
      {links === undefined ? null : <div className={css["links"]}>{links}</div>}
    </div>
  );
}
