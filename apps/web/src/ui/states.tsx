import type { ReactNode } from "react";
import { Button } from "./button.tsx";
import { classNames } from "./class-names.ts";
import { Icon } from "./icon.tsx";
import type { IconName } from "./icon-paths.ts";
import css from "./states.module.css";
import { useUiTexts } from "./ui-texts.tsx";

type StateProps = {
  readonly title: ReactNode;
  readonly children?: ReactNode;
  /** What to do about it. */
  readonly actions?: ReactNode;
  /** The whole page is this: its title is the h1. */
  readonly page?: boolean;
};

function State({
  icon,
  title,
  children,
  actions,
  page = false,
}: StateProps & { readonly icon: IconName }): ReactNode {
  return (
    <div className={classNames(css["state"], page && css["page"])}>
      <span className={css["icon"]}>
        <Icon name={icon} size="l" />
      </span>
      {page ? <h1 tabIndex={-1}>{title}</h1> : <p className={css["title"]}>{title}</p>}
      {children === undefined ? null : <div className={css["about"]}>{children}</div>}
      {actions === undefined ? null : <div className={css["actions"]}>{actions}</div>}
    </div>
  );
}

/** There is nothing here yet: says why, and what would bring something. */
export function EmptyState({
  icon = "film",
  ...rest
}: StateProps & { readonly icon?: IconName }): ReactNode {
  return <State icon={icon} {...rest} />;
}

/** It could not be shown: says why, and tries again. */
export function ErrorState({
  onRetry,
  icon = "alert",
  actions,
  ...rest
}: StateProps & {
  readonly onRetry?: (() => void) | undefined;
  readonly icon?: IconName;
}): ReactNode {
  const texts = useUiTexts();
  const retry =
    onRetry === undefined ? null : (
      <Button icon="refresh" onClick={onRetry}>
        {texts.retry}
      </Button>
    );
  return (
    <div role="alert">
      <State
        icon={icon}
        actions={
          retry === null && actions === undefined ? undefined : (
            <>
              {retry}
              {actions}
            </>
          )
        }
        {...rest}
      />
    </div>
  );
}

/** Something to know on a page: a fact, a warning, a failure. */
export function Notice({
  tone = "neutral",
  title,
  children,
  actions,
}: {
  readonly tone?: "neutral" | "good" | "warn" | "bad";
  readonly title?: ReactNode;
  readonly children?: ReactNode;
  readonly actions?: ReactNode;
}): ReactNode {
  const icons = { neutral: "info", good: "check", warn: "alert", bad: "alert" } as const;
  return (
    <div className={classNames(css["notice"], css[tone])}>
      <Icon name={icons[tone]} />
      <div className={css["noticeBody"]}>
        {title === undefined ? null : <p className={css["noticeTitle"]}>{title}</p>}
        {children === undefined ? null : <div>{children}</div>}
      </div>
      {actions === undefined ? null : <div className={css["actions"]}>{actions}</div>}
    </div>
  );
}

/** Why something was not done, told when it appears; empty while there is nothing to say. */
export function Refusal({ children }: { readonly children: ReactNode }): ReactNode {
  const isEmpty = children === undefined || children === null || children === false;
  return (
    <div role="alert" className={css["refusal"]}>
      {isEmpty ? null : <Notice tone="bad">{children}</Notice>}
    </div>
  );
}
