import { Outlet } from "@tanstack/react-router";
import { type ReactNode, Suspense } from "react";
import { Loading, ToastRegion, UiTextsProvider } from "../ui/index.tsx";
import { OfflineNotice } from "./offline-notice.tsx";
import { PageFocus } from "./page-focus.tsx";
import css from "./site-frame.module.css";
import { SiteHeader } from "./site-header.tsx";
import { useAppTexts } from "./use-app-texts.ts";

/** What stands around every page. */
export function SiteFrame(): ReactNode {
  const texts = useAppTexts();
  return (
    <UiTextsProvider texts={texts.ui}>
      <ToastRegion>
        <a href="#main" className={css["skip"]}>
          {texts.skip}
        </a>
        <div className={css["frame"]}>
          <SiteHeader />
          <OfflineNotice />
          <main id="main" tabIndex={-1} className={css["main"]}>
            <Suspense fallback={<Loading />}>
              <Outlet />
            </Suspense>
          </main>
          <SiteFooter />
        </div>
        <PageFocus />
      </ToastRegion>
    </UiTextsProvider>
  );
}

function SiteFooter(): ReactNode {
  const texts = useAppTexts();
  return (
    <footer className={css["footer"]}>
      <p>
        <strong>Oxbow</strong> {texts.footer}
      </p>
      <a href="/rss.xml">{texts.feed}</a>
    </footer>
  );
}
