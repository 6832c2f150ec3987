import { type FormEvent, type ReactNode } from "react";
import { includesRole, useGo, useQueryTexts, useSession } from "../core/index.ts";
import { buttonClass, Icon } from "../ui/index.tsx";
import { AccountMenu } from "./account-menu.tsx";
import { AlertBell } from "./alert-bell.tsx";
import { Logo } from "./logo.tsx";
import css from "./site-header.module.css";
import { useAppTexts } from "./use-app-texts.ts";

export function SiteHeader(): ReactNode {
  const texts = useAppTexts();
  const { role } = useSession();
  return (
    <header className={css["header"]}>
      <div className={css["inner"]}>
        <a href="/" aria-label={texts.home} className={css["home"]}>
          <Logo />
        </a>
        <SearchBox />
        <div className={css["actions"]}>
          <a href="/search" aria-label={texts.search} className={css["searchLink"]}>
            <Icon name="search" />
          </a>
          {includesRole(role, "streamer") ? (
            <a href="/studio/live" className={buttonClass({ variant: "primary" })}>
              <Icon name="broadcast" />
              <span className={css["word"]}>{texts.goLive}</span>
            </a>
          ) : null}
          {role === "operator" ? <AlertBell /> : null}
          <AccountMenu />
        </div>
      </div>
    </header>
  );
}

function SearchBox(): ReactNode {
  const texts = useAppTexts();
  const go = useGo();
  const asked = useQueryTexts().get("q") ?? "";
  const search = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const wanted = new FormData(event.currentTarget).get("q");
    const words = typeof wanted === "string" ? wanted.trim() : "";
    if (words !== "") go(`/search?${new URLSearchParams({ q: words })}`);
  };
  return (
    <search className={css["search"]}>
      <form action="/search" onSubmit={search}>
        <Icon name="search" />
        <input
          key={asked}
          type="search"
          name="q"
          defaultValue={asked}
          aria-label={texts.searchFor}
          placeholder={texts.search}
          maxLength={100}
          autoComplete="off"
        />
      </form>
    </search>
  );
}
