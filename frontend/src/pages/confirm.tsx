/**
 * Confirms a mail address through the link of a mail. A browser without a session of the account
 * sets its password besides: a stranger may have registered the address.
 */

import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";
import { confirmEmail, loadMe } from "../api/calls";
import { isExpiredLink, wantsPassword } from "../api/problem";
import { session } from "../auth/session";
import { ButtonLink } from "../components/button-link";
import { Form, NewPasswordField, passwordOf } from "../components/form";
import { Empty, Failure, Loading } from "../components/states";
import { useWords } from "../words/words";
import { AuthLayout } from "./auth-layout";

const route = getRouteApi("/confirm");

async function confirm(token: string): Promise<true> {
  await confirmEmail(token);
  // Update the session, which removes the notice to confirm.
  await session.start().catch(() => {});
  if (session.state().kind === "in") session.update(await loadMe());
  return true;
}

export function ConfirmPage() {
  const { t } = useWords();
  const { token } = route.useSearch();
  const answer = useQuery({
    queryKey: ["confirm", token],
    queryFn: () => confirm(token ?? ""),
    enabled: !!token,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
  return (
    <AuthLayout title={t("confirmTitle")}>
      {!token ? (
        <Empty title={t("linkBroken")} text={t("linkBrokenText")} />
      ) : answer.isPending ? (
        <Loading lines={1} />
      ) : answer.isError ? (
        wantsPassword(answer.error) && token ? (
          <OwnPassword token={token} />
        ) : isExpiredLink(answer.error) ? (
          <Empty title={t("linkExpired")} text={t("linkExpiredText")}>
            <ButtonLink to="/sites">{t("toDashboard")}</ButtonLink>
          </Empty>
        ) : (
          <Failure failure={answer.error} onRetry={() => void answer.refetch()} />
        )
      ) : (
        <div role="status">
          <p className="success">{t("confirmed")}</p>
          <ButtonLink to="/sites" kind="primary">
            {t("toDashboard")}
          </ButtonLink>
        </div>
      )}
    </AuthLayout>
  );
}

export function OwnPassword({ token }: { token: string }) {
  const { t } = useWords();
  const [isDone, setDone] = useState(false);

  async function submit(values: FormData): Promise<void> {
    await confirmEmail(token, passwordOf(values, "password"));
    setDone(true);
  }

  if (isDone) {
    return (
      <div role="status">
        <p className="success">{t("confirmedWithPassword")}</p>
        <ButtonLink to="/login" kind="primary">
          {t("toLogin")}
        </ButtonLink>
      </div>
    );
  }
  return (
    <>
      <p className="lead">{t("confirmPasswordText")}</p>
      <Form
        submit={t("confirmPasswordSave")}
        onSubmit={submit}
        explain={(failure) =>
          isExpiredLink(failure) ? `${t("linkExpired")}. ${t("linkExpiredText")}` : undefined
        }
      >
        <NewPasswordField label={t("password")} autoFocus />
      </Form>
    </>
  );
}
