import { Outlet, useLocation } from "@tanstack/react-router";
import { type ReactNode, Suspense, useEffect, useRef } from "react";
import type { PersonRole } from "../core/index.ts";
import { Icon, Loading } from "../ui/index.tsx";
import css from "./area-layout.module.css";
import { currentLine, type NavLine, operatorNav, studioNav } from "./area-nav.ts";
import { RoleGate } from "./role-gate.tsx";
import { useAppTexts } from "./use-app-texts.ts";

/** Pages of one area beside their navigation; on phones it is a bar below. */
function AreaLayout({
  needs,
  label,
  lines,
}: {
  readonly needs: PersonRole;
  readonly label: string;
  readonly lines: readonly NavLine[];
}): ReactNode {
  const texts = useAppTexts();
  const nav = useRef<HTMLElement>(null);
  const current = currentLine(lines, useLocation({ select: (location) => location.pathname }));
  // The bar below is longer than a phone is wide: what one is at is brought into sight.
  useEffect(() => {
    const bar = nav.current;
    const line = [...(bar?.querySelectorAll("a") ?? [])].find(
      (link) => link.getAttribute("href") === current?.href,
    );
    if (bar === null || line === undefined) return;
    bar.scrollTo({ left: line.offsetLeft + line.offsetWidth / 2 - bar.clientWidth / 2 });
  }, [current]);
  return (
    <RoleGate needs={needs}>
      <div className={css["area"]}>
        <nav ref={nav} aria-label={label} className={css["nav"]}>
          <ul>
            {lines.map((line) => (
              <li key={line.href}>
                <a
                  href={line.href}
                  aria-current={line === current ? "page" : undefined}
                  className={css["line"]}
                >
                  <Icon name={line.icon} />
                  <span>{texts.nav[line.text]}</span>
                </a>
              </li>
            ))}
          </ul>
        </nav>
        <div className={css["page"]}>
          <Suspense fallback={<Loading />}>
            <Outlet />
          </Suspense>
        </div>
      </div>
    </RoleGate>
  );
}

export function StudioLayout(): ReactNode {
  const texts = useAppTexts();
  return <AreaLayout needs="streamer" label={texts.studioMenu} lines={studioNav} />;
}

export function OperatorLayout(): ReactNode {
  const texts = useAppTexts();
  return <AreaLayout needs="operator" label={texts.operatorMenu} lines={operatorNav} />;
}
