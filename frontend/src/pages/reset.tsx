/** The new password, chosen through the link of a mail. */

import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { resetPassword } from "../api/calls";
import { session } from "../auth/session";
import { PasswordField } from "../components/field";
import { Form, passwordOf } from "../components/form";
import { Empty } from "../components/states";
import { useToast } from "../components/toast";
import { useWords } from "../words/words";
import { AuthLayout } from "./auth-layout";
import { isExpiredLink } from "./expired-link";

const route = getRouteApi("/reset");

export function ResetPage() {
  const { t } = useWords();
  const { token } = route.useSearch();
  const toast = useToast();
  const navigate = useNavigate();

  async function submit(values: FormData): Promise<void> {
    await resetPassword(token ?? "", passwordOf(values, "password"));
    // A new password ends every session, this browser's too.
    session.leave();
    await navigate({ to: "/login" });
    toast(t("resetDone"));
  }

  return (
    <AuthLayout title={t("resetTitle")} aside={<Link to="/forgot">{t("forgotSend")}</Link>}>
      {token ? (
        <Form
          submit={t("resetSave")}
          onSubmit={submit}
          explain={(failure) =>
            isExpiredLink(failure) ? `${t("linkExpired")}. ${t("linkExpiredText")}` : undefined
          }
        >
          <PasswordField
            name="password"
            label={t("newPassword")}
            hint={t("passwordHint")}
            autoComplete="new-password"
            autoFocus
            required
          />
        </Form>
      ) : (
        <Empty title={t("linkBroken")} text={t("linkBrokenText")} />
      )}
    </AuthLayout>
  );
}
