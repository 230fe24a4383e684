/** The user's menu: account, documentation, log out. */

import * as Menu from "@radix-ui/react-dropdown-menu";
import { Link, useNavigate } from "@tanstack/react-router";
import { logOut } from "../api/calls";
import type { User } from "../api/types";
import { session } from "../auth/session";
import { failureWords } from "../components/failure-words";
import { useToast } from "../components/toast";
import { useWords } from "../words/words";

export function AccountMenu({ user }: { user: User }) {
  const words = useWords();
  const { t } = words;
  const toast = useToast();
  const navigate = useNavigate();

  async function leave(): Promise<void> {
    try {
      await logOut();
      session.leave();
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
