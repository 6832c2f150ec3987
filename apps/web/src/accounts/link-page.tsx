import type { ReactNode } from "react";
import type { useChange } from "../core/index.ts";
import { buttonClass, EmptyState, ErrorState } from "../ui/index.tsx";
import { NarrowPage } from "./narrow-page.tsx";

/** What is told of a link before it is used, after, and when it works no longer. */
type LinkTexts = {
  readonly title: string;
  readonly about: string;
  readonly doneTitle: string;
  readonly done: string;
  readonly overTitle: string;
  readonly over: string;
};

/** Where to go from there. */
export type Way = { readonly href: string; readonly label: string };

/**
 * The page of a link that works once, with a form that uses it. A press does it, as programs that look
 * into mail open links, too.
 */
export function LinkPage({
  use,
  texts,
  after,
  again,
  children,
}: {
  readonly use: Pick<ReturnType<typeof useChange>, "isSuccess" | "error">;
  readonly texts: LinkTexts;
  readonly after: Way;
  /** Where another link is asked for. */
  readonly again?: Way;
  readonly children: ReactNode;
}): ReactNode {
  if (use.isSuccess) {
    return (
      <EmptyState
        page
        icon="check"
        title={texts.doneTitle}
        actions={
          <a href={after.href} className={buttonClass({ variant: "primary" })}>
            {after.label}
          </a>
        }
      >
        {texts.done}
      </EmptyState>
    );
  }
  if (use.error?.code === "gone") {
    return (
      <ErrorState
        page
        title={texts.overTitle}
        actions={
          again === undefined ? undefined : (
            <a href={again.href} className={buttonClass()}>
              {again.label}
            </a>
          )
        }
      >
        {texts.over}
      </ErrorState>
    );
  }
  return (
    <NarrowPage title={texts.title} about={texts.about}>
      {children}
    </NarrowPage>
  );
}
