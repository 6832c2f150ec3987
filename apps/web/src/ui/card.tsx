import { type ReactNode, useId } from "react";
import css from "./card.module.css";
import { classNames } from "./class-names.ts";

/** A part of a page in a box. With a title it is a section of that name. */
export function Card({
  title,
  actions,
  className,
  flush = false,
  children,
}: {
  readonly title?: ReactNode;
  /** Buttons beside the title. */
  readonly actions?: ReactNode;
  readonly className?: string | undefined;
  /** Content goes to the edges: a table, a picture. */
  readonly flush?: boolean;
  readonly children: ReactNode;
}): ReactNode {
  const id = useId();
  const box = classNames(css["card"], flush && css["flush"], className);
  if (title === undefined) return <div className={box}>{children}</div>;
  return (
    <section aria-labelledby={id} className={box}>
      <div className={css["head"]}>
        <h2 id={id}>{title}</h2>
        {actions === undefined ? null : <div className={css["actions"]}>{actions}</div>}
      </div>
      {children}
    </section>
  );
}

/** What a page is called, what it is about, and what can be done here. The h1 gets the focus after navigation. */
export function PageHeader({
  title,
  about,
  actions,
  badges,
}: {
  readonly title: ReactNode;
  readonly about?: ReactNode;
  readonly badges?: ReactNode;
  readonly actions?: ReactNode;
}): ReactNode {
  return (
    <header className={css["pageHeader"]}>
      <div className={css["words"]}>
        <div className={css["titleLine"]}>
          <h1 tabIndex={-1}>{title}</h1>
          {badges === undefined ? null : <div className={css["actions"]}>{badges}</div>}
        </div>
        {about === undefined ? null : <div className={css["about"]}>{about}</div>}
      </div>
      {actions === undefined ? null : <div className={css["actions"]}>{actions}</div>}
    </header>
  );
}
