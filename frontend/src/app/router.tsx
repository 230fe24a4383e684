/** The routes of the dashboard, and who may open them. */

import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  type ParsedLocation,
  redirect,
} from "@tanstack/react-router";
import { session } from "../auth/session";
import { returnPath } from "../auth/use-session";
import { Loading } from "../components/states";
import { FeedPage } from "../live/page";
import { AccountPage } from "../pages/account";
import { ConfirmPage } from "../pages/confirm";
import { InstallPage } from "../pages/install";
import { KeysPage } from "../pages/keys";
import { LoginPage } from "../pages/login";
import { NewSitePage } from "../pages/new-site";
import { ForgotPage, ResetPage } from "../pages/password-reset";
import { RegisterPage } from "../pages/register";
import { SettingsPage } from "../pages/settings";
import { SiteLayout } from "../pages/site";
import { SitesPage } from "../pages/sites";
import { reportSearch } from "../report/query";
import { Crashed, NotFound } from "./failures";
import { parseSearch, stringifySearch, texts } from "./search";
import { Shell } from "./shell";

async function requireUser({ location }: { location: ParsedLocation }): Promise<void> {
  await session.start();
  if (session.state().kind === "in") return;
  const next = location.href === "/" ? {} : { next: location.href };
  throw redirect({ to: "/login", search: next, replace: true });
}

async function requireGuest({ search }: { search: { next?: string } }): Promise<void> {
  await session.start();
  if (session.state().kind === "in") {
    throw redirect({ href: returnPath(search.next), replace: true });
  }
}

const root = createRootRoute({ component: Outlet, notFoundComponent: NotFound });

const guest = { getParentRoute: () => root, beforeLoad: requireGuest } as const;
const login = createRoute({
  ...guest,
  path: "/login",
  component: LoginPage,
  validateSearch: texts("next"),
});
const register = createRoute({
  ...guest,
  path: "/register",
  component: RegisterPage,
  validateSearch: texts("next", "invitation"),
});
const forgot = createRoute({
  getParentRoute: () => root,
  path: "/forgot",
  component: ForgotPage,
});
const reset = createRoute({
  getParentRoute: () => root,
  path: "/reset",
  component: ResetPage,
  validateSearch: texts("token"),
});
const confirm = createRoute({
  getParentRoute: () => root,
  path: "/confirm",
  component: ConfirmPage,
  validateSearch: texts("token"),
});

const authenticated = createRoute({
  getParentRoute: () => root,
  id: "app",
  beforeLoad: requireUser,
  component: Shell,
});
const home = createRoute({
  getParentRoute: () => authenticated,
  path: "/",
  beforeLoad: () => {
    throw redirect({ to: "/sites", replace: true });
  },
});
const sites = createRoute({
  getParentRoute: () => authenticated,
  path: "/sites",
  component: SitesPage,
});
const newSite = createRoute({
  getParentRoute: () => authenticated,
  path: "/sites/new",
  component: NewSitePage,
});
const site = createRoute({
  getParentRoute: () => authenticated,
  path: "/sites/$siteId",
  component: SiteLayout,
});
const report = createRoute({
  getParentRoute: () => site,
  path: "/",
  component: lazyRouteComponent(() => import("../report/page"), "ReportPage"),
  pendingComponent: Loading,
  validateSearch: reportSearch,
});
const feed = createRoute({
  getParentRoute: () => site,
  path: "/feed",
  component: FeedPage,
  validateSearch: texts("type"),
});
const install = createRoute({
  getParentRoute: () => site,
  path: "/install",
  component: InstallPage,
});
const settings = createRoute({
  getParentRoute: () => site,
  path: "/settings",
  component: SettingsPage,
});
const keys = createRoute({
  getParentRoute: () => authenticated,
  path: "/keys",
  component: KeysPage,
});
const account = createRoute({
  getParentRoute: () => authenticated,
  path: "/account",
  component: AccountPage,
});

export const router = createRouter({
  routeTree: root.addChildren([
    login,
    register,
    forgot,
    reset,
    confirm,
    authenticated.addChildren([
      home,
      sites,
      newSite,
      site.addChildren([report, feed, install, settings]),
      keys,
      account,
    ]),
  ]),
  defaultErrorComponent: Crashed,
  defaultNotFoundComponent: NotFound,
  parseSearch,
  stringifySearch,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
