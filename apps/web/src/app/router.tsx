import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
} from "@tanstack/react-router";
import type { ComponentType } from "react";
import { OperatorLayout, StudioLayout } from "./area-layout.tsx";
import { FailedPage, NotFoundPage } from "./failure-pages.tsx";
import { SiteFrame } from "./site-frame.tsx";

const root = createRootRoute({ component: SiteFrame });
const studio = createRoute({ getParentRoute: () => root, id: "studio", component: StudioLayout });
const operator = createRoute({
  getParentRoute: () => root,
  id: "operator",
  component: OperatorLayout,
});

/** A page, loaded when somebody goes there: `[path, its component]`. Parameters are `$name`: `useParam("name")`. */
type Page = readonly [path: string, load: () => Promise<ComponentType>];

const open: readonly Page[] = [
  ["/", async () => (await import("../home/index.tsx")).HomePage],
  ["/c/$handle", async () => (await import("../home/index.tsx")).ChannelPage],
  ["/search", async () => (await import("../home/index.tsx")).SearchPage],
  ["/watch/$video/chat", async () => (await import("../chat/index.tsx")).ChatPage],
  ["/watch/$video", async () => (await import("../watch/index.tsx")).WatchPage],
  ["/setup/$token", async () => (await import("../accounts/index.tsx")).SetUpPage],
  ["/sign-in", async () => (await import("../accounts/index.tsx")).SignInPage],
  ["/sign-up", async () => (await import("../accounts/index.tsx")).SignUpPage],
  ["/confirm/email/$token", async () => (await import("../accounts/index.tsx")).ConfirmEmailPage],
  ["/confirm/$token", async () => (await import("../accounts/index.tsx")).ConfirmPage],
  ["/invitation/$token", async () => (await import("../accounts/index.tsx")).InvitationPage],
  [
    "/forgotten-password",
    async () => (await import("../accounts/index.tsx")).ForgottenPasswordPage,
  ],
  ["/new-password/$token", async () => (await import("../accounts/index.tsx")).NewPasswordPage],
  ["/account", async () => (await import("../accounts/index.tsx")).AccountPage],
];

/** For streamers, beside the studio's navigation (`area-nav.ts`). */
const ofStudio: readonly Page[] = [
  ["/studio", async () => (await import("../studio/index.tsx")).DashboardPage],
  ["/studio/live", async () => (await import("../studio/index.tsx")).LivePage],
  ["/studio/recordings", async () => (await import("../studio/index.tsx")).RecordingsPage],
  ["/studio/recordings/$video", async () => (await import("../studio/index.tsx")).RecordingPage],
  ["/studio/recordings/$video/trim", async () => (await import("../trim/index.tsx")).TrimPage],
  ["/studio/exports", async () => (await import("../exports/index.tsx")).ExportsPage],
  ["/studio/exports/new", async () => (await import("../exports/index.tsx")).NewExportPage],
  ["/studio/exports/$wish", async () => (await import("../exports/index.tsx")).ExportPage],
  ["/studio/settings", async () => (await import("../studio/index.tsx")).StudioSettingsPage],
];

/** For operators, beside the operator's navigation (`area-nav.ts`). */
const ofOperator: readonly Page[] = [
  ["/operator", async () => (await import("../operator/index.tsx")).OperatorNeedsPage],
  ["/operator/exports", async () => (await import("../operator/index.tsx")).OperatorExportsPage],
  ["/operator/events", async () => (await import("../operator/index.tsx")).OperatorEventsPage],
  ["/operator/sinks", async () => (await import("../operator/index.tsx")).OperatorSinksPage],
  ["/operator/sessions", async () => (await import("../operator/index.tsx")).OperatorSessionsPage],
  ["/operator/storage", async () => (await import("../operator/index.tsx")).OperatorStoragePage],
  ["/operator/settings", async () => (await import("../operator/index.tsx")).OperatorSettingsPage],
  ["/operator/doctor", async () => (await import("../operator/index.tsx")).OperatorDoctorPage],
  ["/operator/users", async () => (await import("../accounts/index.tsx")).PeoplePage],
  ["/operator/audit", async () => (await import("../accounts/index.tsx")).AuditPage],
];

const component = (load: Page[1]) => lazyRouteComponent(async () => ({ default: await load() }));

const tree = root.addChildren([
  ...open.map(([path, load]) =>
    createRoute({ getParentRoute: () => root, path, component: component(load) }),
  ),
  studio.addChildren(
    ofStudio.map(([path, load]) =>
      createRoute({ getParentRoute: () => studio, path, component: component(load) }),
    ),
  ),
  operator.addChildren(
    ofOperator.map(([path, load]) =>
      createRoute({ getParentRoute: () => operator, path, component: component(load) }),
    ),
  ),
]);

/** The site's pages. A query is texts, as it was written: no number and no JSON is read into it. */
export const router = createRouter({
  routeTree: tree,
  scrollRestoration: true,
  defaultPreload: "intent",
  defaultNotFoundComponent: NotFoundPage,
  defaultErrorComponent: FailedPage,
  parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
  stringifySearch: (query) => {
    const text = new URLSearchParams(
      Object.entries(query).flatMap(([name, value]) =>
        value === undefined ? [] : [[name, String(value)]],
      ),
    ).toString();
    return text === "" ? "" : `?${text}`;
  },
});
