import { useLocation } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { includesRole, type PersonRole, useSession, useTitle } from "../core/index.ts";
import { buttonClass, EmptyState, Loading } from "../ui/index.tsx";
import { useAppTexts } from "./use-app-texts.ts";

/** Shows pages to those who have a role, and to others why not. The server holds what they show. */
export function RoleGate({
  needs,
  children,
}: {
  readonly needs: PersonRole;
  readonly children: ReactNode;
}): ReactNode {
  const { ready, role } = useSession();
  if (!ready) return <Loading />;
  if (role === null) return <MustSignIn />;
  return includesRole(role, needs) ? children : <Forbidden needs={needs} />;
}

function MustSignIn(): ReactNode {
  const texts = useAppTexts();
  const here = useLocation({ select: (location) => location.href });
  useTitle(texts.mustSignIn.title);
  return (
    <EmptyState
      page
      icon="lock"
      title={texts.mustSignIn.title}
      actions={
        <a
          href={`/sign-in?${new URLSearchParams({ next: here })}`}
          className={buttonClass({ variant: "primary" })}
        >
          {texts.signIn}
        </a>
      }
    >
      {texts.mustSignIn.about}
    </EmptyState>
  );
}

function Forbidden({ needs }: { readonly needs: PersonRole }): ReactNode {
  const texts = useAppTexts();
  useTitle(texts.forbidden.title);
  return (
    <EmptyState
      page
      icon="lock"
      title={texts.forbidden.title}
      actions={
        <a href="/" className={buttonClass()}>
          {texts.notFound.home}
        </a>
      }
    >
      {texts.forbidden[needs]}
    </EmptyState>
  );
}
