import type { ReactNode } from "react";
import {
  includesRole,
  type SignedInPerson,
  type SiteLanguage,
  siteLanguages,
  themes,
  useChange,
  useErrorText,
  useGo,
  useLanguage,
  useSession,
  useSetSession,
  useTheme,
} from "../core/index.ts";
import {
  Avatar,
  buttonClass,
  Icon,
  Menu,
  MenuChoice,
  MenuItem,
  MenuLink,
  MenuSection,
  useToast,
} from "../ui/index.tsx";
import css from "./account-menu.module.css";
import { useAppTexts } from "./use-app-texts.ts";

/** Who is signed in and what they can do; for others the way in. Language and theme for both. */
export function AccountMenu(): ReactNode {
  const { ready, person } = useSession();
  if (!ready) return <span className={css["waiting"]} />;
  return person === null ? <WayIn /> : <OwnMenu person={person} />;
}

function WayIn(): ReactNode {
  const texts = useAppTexts();
  return (
    <>
      <Menu label={texts.settingsMenu} button={<Icon name="globe" />} className={css["icon"]}>
        <Appearance />
      </Menu>
      <a href="/sign-in" className={buttonClass({ variant: "secondary" })}>
        {texts.signIn}
      </a>
    </>
  );
}

function OwnMenu({ person }: { readonly person: SignedInPerson }): ReactNode {
  const texts = useAppTexts();
  const tell = useToast();
  const errorText = useErrorText();
  const setSession = useSetSession();
  const go = useGo();
  const signOut = useChange("accounts.signOut", {
    onDone: (session) => {
      void setSession(session);
      tell(texts.signedOut);
      go("/");
    },
  });
  const leave = (): void =>
    signOut.mutate({}, { onError: (error) => tell(errorText(error), "bad") });
  return (
    <Menu
      label={texts.accountMenu(person.name)}
      button={<Avatar name={person.name} />}
      className={css["icon"]}
    >
      <p className={css["who"]}>
        <strong>{person.name}</strong>
        <span>{person.email}</span>
      </p>
      {includesRole(person.role, "streamer") ? (
        <MenuLink icon="film" href="/studio">
          {texts.studio}
        </MenuLink>
      ) : null}
      {includesRole(person.role, "operator") ? (
        <MenuLink icon="server" href="/operator">
          {texts.operator}
        </MenuLink>
      ) : null}
      <MenuLink icon="user" href="/account">
        {texts.account}
      </MenuLink>
      <Appearance />
      <MenuSection>
        <MenuItem icon="sign-out" onClick={leave}>
          {texts.signOut}
        </MenuItem>
      </MenuSection>
    </Menu>
  );
}

function Appearance(): ReactNode {
  const texts = useAppTexts();
  const { theme, setTheme } = useTheme();
  const { language, choose } = useLanguageChoice();
  return (
    <>
      <MenuSection label={texts.language}>
        {siteLanguages.map((one) => (
          <MenuChoice key={one} chosen={one === language} onChoose={() => choose(one)}>
            <span lang={one}>{texts.languages[one]}</span>
          </MenuChoice>
        ))}
      </MenuSection>
      <MenuSection label={texts.theme}>
        {themes.map((one) => (
          <MenuChoice key={one} chosen={one === theme} onChoose={() => setTheme(one)}>
            {texts.themes[one]}
          </MenuChoice>
        ))}
      </MenuSection>
    </>
  );
}

/** Changes the page's language, and that of the account: letters come in it, too. */
function useLanguageChoice(): {
  readonly language: SiteLanguage;
  readonly choose: (language: SiteLanguage) => void;
} {
  const { language, setLanguage } = useLanguage();
  const { person } = useSession();
  const tell = useToast();
  const errorText = useErrorText();
  const change = useChange("accounts.change", { invalidates: ["accounts.session"] });
  const failed = (error: unknown): void => tell(errorText(error), "bad");
  return {
    language,
    choose: (wanted) => {
      setLanguage(wanted).catch(failed);
      if (person !== null) change.mutate({ body: { language: wanted } }, { onError: failed });
    },
  };
}
