import type { ErrorComponentProps } from "@tanstack/react-router";
import { type ReactNode, useEffect } from "react";
import { CallError, useTitle } from "../core/index.ts";
import { Button, buttonClass, EmptyState, ErrorState } from "../ui/index.tsx";
import { useAppTexts } from "./use-app-texts.ts";

/** No page has this address. */
export function NotFoundPage(): ReactNode {
  const texts = useAppTexts();
  useTitle(texts.notFound.title);
  return (
    <EmptyState
      page
      icon="search"
      title={texts.notFound.title}
      actions={
        <a href="/" className={buttonClass({ variant: "primary" })}>
          {texts.notFound.home}
        </a>
      }
    >
      {texts.notFound.about}
    </EmptyState>
  );
}

/** A page threw. */
export function FailedPage({ error }: ErrorComponentProps): ReactNode {
  const texts = useAppTexts();
  useTitle(texts.failed.title);
  useEffect(() => {
    if (!(error instanceof CallError)) console.error(error);
  }, [error]);
  return (
    <ErrorState
      page
      title={texts.failed.title}
      actions={
        <Button icon="refresh" variant="primary" onClick={() => window.location.reload()}>
          {texts.failed.reload}
        </Button>
      }
    >
      {texts.failed.about}
    </ErrorState>
  );
}
