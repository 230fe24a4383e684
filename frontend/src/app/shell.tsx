/** The frame around every page of a user: bar, notices, content, credits. */

import { Link, Outlet, useRouterState } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { useUser } from "../auth/use-session";
import { useWords } from "../words/words";
import { AccountMenu } from "./account-menu";
import { Controls } from "./controls";
import { Credits } from "./credits";
import { Notices } from "./notices";

export function Shell() {
  const { t } = useWords();
  const user = useUser();
  const main = useRef<HTMLElement>(null);
  const path = useRouterState({ select: (state) => state.location.pathname });
  const seen = useRef(path);
  useEffect(() => {
    // A screen reader and the Tab key go on from the new page, not from a link that is gone.
    if (seen.current !== path && !main.current?.contains(document.activeElement)) {
      main.current?.focus({ preventScroll: true });
    }
    seen.current = path;
  }, [path]);
  if (!user) return null;
  return (
    <>
      <a className="skip" href="#content">
        {t("skip")}
      </a>
      <header className="top">
        <Link to="/sites" className="brand">
          <img src="/icon.svg" alt="" width="28" height="28" />
          <span>Pixel-Track</span>
        </Link>
        <nav aria-label={t("navigation")}>
          <Link to="/sites">{t("sites")}</Link>
          <Link to="/keys">{t("keys")}</Link>
        </nav>
        <div className="top-controls">
          <Controls />
          <AccountMenu user={user} />
        </div>
      </header>
      <Notices user={user} />
      <main id="content" ref={main} tabIndex={-1}>
        <Outlet />
      </main>
      <Credits />
    </>
  );
}
