/** Confirms a mail address through the link of a mail. */

import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { confirmEmail, loadMe } from "../api/calls";
import { isExpiredLink } from "../api/problem";
import { session } from "../auth/session";
import { ButtonLink } from "../components/button-link";
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
        isExpiredLink(answer.error) ? (
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
