/** The layout of every page after log-in: top bar, account menu, notices, content, credits. */

import * as Menu from "@radix-ui/react-dropdown-menu";
import { Link, Outlet, useNavigate, useRouterState } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { logOut } from "../api/calls";
import type { User } from "../api/types";
import { session } from "../auth/session";
import { useUser } from "../auth/use-session";
import { failureWords } from "../components/failure-words";
import { useToast } from "../components/toast";
import { useWords } from "../words/words";
import { Controls, Credits } from "./controls";
import { Notices } from "./notices";

export function Shell() {
  const { t } = useWords();
  const user = useUser();
  const main = useRef<HTMLElement>(null);
  const path = useRouterState({ select: (state) => state.location.pathname });
  const seen = useRef(path);
  useEffect(() => {
    // Screen readers and the Tab key continue in the new page, not at a link that is gone.
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

export function AccountMenu({ user }: { user: User }) {
  const words = useWords();
  const { t } = words;
  const toast = useToast();
  const navigate = useNavigate();

  async function leave(): Promise<void> {
    try {
      await logOut();
      session.clear();
      await navigate({ to: "/login" });
    } catch (failure) {
      toast(failureWords(failure, words).what);
    }
  }

  // Not modal: the modal one writes a style element, which the Content-Security-Policy forbids.
  return (
    <Menu.Root modal={false}>
      <Menu.Trigger className="avatar" aria-label={t("menu")}>
        {[...(user.name || user.email)][0]?.toUpperCase()}
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Content className="menu" align="end" sideOffset={6} collisionPadding={8}>
          <Menu.Label className="menu-label">
            {user.name && <strong>{user.name}</strong>}
            <span>{user.email}</span>
          </Menu.Label>
          <Menu.Separator className="menu-line" />
          <Menu.Item asChild>
            <Link to="/account">{t("account")}</Link>
          </Menu.Item>
          <Menu.Item asChild>
            <a href="/docs">{t("apiDocs")}</a>
          </Menu.Item>
          <Menu.Separator className="menu-line" />
          <Menu.Item onSelect={leave}>{t("logOut")}</Menu.Item>
        </Menu.Content>
      </Menu.Portal>
    </Menu.Root>
  );
}
