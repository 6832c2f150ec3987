import type { ReactNode } from "react";
import { type SignedInPerson, useGo, useSession, useTitle } from "../core/index.ts";
import { buttonClass, EmptyState, Loading, PageHeader } from "../ui/index.tsx";
import css from "./account-page.module.css";
import { AppearanceCard } from "./appearance-card.tsx";
import { EmailCard } from "./email-card.tsx";
import { PasswordCard } from "./password-card.tsx";
import { ProfileCard } from "./profile-card.tsx";
import { RemoveCard } from "./remove-card.tsx";
import { SessionsCard } from "./sessions-card.tsx";
import { useAccountTexts } from "./texts.ts";

/** `/account`: what people do with their own accounts. */
export function AccountPage(): ReactNode {
  const texts = useAccountTexts();
  const { ready, person } = useSession();
  useTitle(texts.account.title);
  if (!ready) return <Loading />;
  if (person === null) {
    return (
      <EmptyState
        page
        icon="lock"
        title={texts.account.needsSignIn}
        actions={
          <a href="/sign-in?next=%2Faccount" className={buttonClass({ variant: "primary" })}>
            {texts.signIn}
          </a>
        }
      />
    );
  }
  // The key: forms begin anew for somebody else.
  return <OwnAccount key={person.id} person={person} />;
}

function OwnAccount({ person }: { readonly person: SignedInPerson }): ReactNode {
  const texts = useAccountTexts();
  const go = useGo();
  return (
    <div className={css["page"]}>
      <PageHeader
        title={texts.account.title}
        about={`${person.email} · ${texts.roles[person.role]}`}
      />
      <ProfileCard person={person} />
      <AppearanceCard />
      <EmailCard person={person} />
      <PasswordCard />
      <SessionsCard />
      <RemoveCard onRemoved={() => go("/")} />
    </div>
  );
}
