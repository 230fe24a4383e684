/** The password reset: asks for a link by mail, and sets the new password through it. */

import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { requestPasswordReset, resetPassword } from "../api/calls";
import { isExpiredLink } from "../api/problem";
import { session } from "../auth/session";
import {
  CheckField,
  EmailField,
  Form,
  isTicked,
  NewPasswordField,
  passwordOf,
  textOf,
} from "../components/form";
import { Empty } from "../components/states";
import { useToast } from "../components/toast";
import { useWords } from "../words/words";
import { AuthLayout } from "./auth-layout";

export function ForgotPage() {
  const { t } = useWords();
  const [sentTo, setSentTo] = useState<string>();

  async function submit(values: FormData): Promise<void> {
    const email = textOf(values, "email");
    await requestPasswordReset(email);
    setSentTo(email);
  }

  return (
    <AuthLayout title={t("forgotTitle")} aside={<Link to="/login">{t("toLogin")}</Link>}>
      {sentTo === undefined ? (
        <>
          <p className="lead">{t("forgotLead")}</p>
          <Form
            submit={t("forgotSend")}
            explain={({ status }) => (status === 429 ? t("forgotTooMany") : undefined)}
            onSubmit={submit}
          >
            <EmailField />
          </Form>
        </>
      ) : (
        <p role="status">{t("forgotSent", { email: sentTo })}</p>
      )}
    </AuthLayout>
  );
}

const route = getRouteApi("/reset");

export function ResetPage() {
  const { t } = useWords();
  const { token } = route.useSearch();
  const toast = useToast();
  const navigate = useNavigate();

  async function submit(values: FormData): Promise<void> {
    const revokeKeys = isTicked(values, "revokeKeys");
    await resetPassword(token ?? "", passwordOf(values, "password"), revokeKeys);
    // A new password ends all sessions, this one too.
    session.clear();
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
          <NewPasswordField label={t("newPassword")} autoFocus />
          <CheckField
            name="revokeKeys"
            label={t("revokeKeys")}
            hint={t("revokeKeysHint")}
            defaultChecked
          />
        </Form>
      ) : (
        <Empty title={t("linkBroken")} text={t("linkBrokenText")} />
      )}
    </AuthLayout>
  );
}
