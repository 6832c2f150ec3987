import type { ReactNode } from "react";
import { type CallError, useErrorText, useSession, useTitle } from "../core/index.ts";
import { buttonClass, EmptyState, ErrorState } from "../ui/index.tsx";
import { useWatchTexts } from "./texts.ts";

/** The page of a video that this person cannot see: private, removed, never there, or out of reach. */
export function MissingVideo({
  error,
  removed,
  onRetry,
}: {
  readonly error: CallError | null;
  readonly removed: boolean;
  readonly onRetry: () => void;
}): ReactNode {
  const texts = useWatchTexts();
  const errorText = useErrorText();
  const { person } = useSession();
  const code = removed ? "gone" : (error?.code ?? "internal");
  const home = (
    <a href="/" className={buttonClass()}>
      {texts.home}
    </a>
  );
  const isPrivate = code === "not_signed_in" || code === "forbidden";
  const title = isPrivate
    ? texts.privateTitle
    : code === "gone"
      ? texts.removedTitle
      : code === "not_found"
        ? texts.unknownTitle
        : texts.failedTitle;
  useTitle(title);
  if (isPrivate) {
    const signIn = `/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`;
    return (
      <EmptyState
        page
        icon="lock"
        title={title}
        actions={
          person === null ? (
            <a href={signIn} className={buttonClass({ variant: "primary" })}>
              {texts.signIn}
            </a>
          ) : (
            home
          )
        }
      >
        {person === null ? texts.privateSignIn : texts.privateForbidden}
      </EmptyState>
    );
  }
  if (code === "gone" || code === "not_found")
    return (
      <EmptyState page icon={code === "gone" ? "trash" : "search"} title={title} actions={home}>
        {code === "gone" ? texts.removed : texts.unknown}
      </EmptyState>
    );
  return (
    <ErrorState page title={title} onRetry={onRetry}>
      {errorText(error)}
    </ErrorState>
  );
}
