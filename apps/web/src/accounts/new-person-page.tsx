import type { ReactNode } from "react";
import { type useCall, useErrorText } from "../core/index.ts";
import { ErrorState, Loading } from "../ui/index.tsx";
import { NarrowPage } from "./narrow-page.tsx";
import { type NewPerson, NewPersonForm } from "./new-person-form.tsx";
import { useAccountTexts } from "./texts.ts";

type PageTexts = {
  readonly title: string;
  readonly submit: string;
  readonly checking: string;
  readonly overTitle: string;
  readonly over: string;
};

/** The page of a link that makes an account, which is looked at before anybody fills a form in vain. */
export function NewPersonPage({
  link,
  make,
  texts,
  about,
  onSubmit,
}: {
  readonly link: Pick<ReturnType<typeof useCall>, "isPending" | "error" | "refetch">;
  readonly make: {
    readonly isPending: boolean;
    readonly isSuccess: boolean;
    readonly error: unknown;
  };
  readonly texts: PageTexts;
  readonly about?: string | undefined;
  readonly onSubmit: (person: NewPerson) => void;
}): ReactNode {
  const { reasons } = useAccountTexts();
  const textOf = useErrorText(reasons);
  if (link.error !== null && !make.isSuccess) {
    const over = link.error.code === "gone" || link.error.code === "invalid_request";
    return (
      <ErrorState
        page
        title={over ? texts.overTitle : textOf(link.error)}
        onRetry={over ? undefined : () => void link.refetch()}
      >
        {over ? texts.over : null}
      </ErrorState>
    );
  }
  return (
    <NarrowPage title={texts.title} about={about}>
      {link.isPending ? (
        <Loading label={texts.checking} />
      ) : (
        <NewPersonForm
          submit={texts.submit}
          busy={make.isPending}
          error={make.error}
          onSubmit={onSubmit}
        />
      )}
    </NarrowPage>
  );
}
