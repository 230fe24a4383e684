/** The pages for what cannot be shown: not found, and an unexpected error. */

import { type ErrorComponentProps, useRouter } from "@tanstack/react-router";
import { ApiError } from "../api/problem";
import { ButtonLink } from "../components/button-link";
import { Empty, Failure } from "../components/states";
import { useWords } from "../words/words";

export function NotFound() {
  const { t } = useWords();
  return (
    <main className="alone">
      <Empty title={t("errorNotFound")} text={t("helpNotFound")}>
        <ButtonLink to="/sites">{t("toDashboard")}</ButtonLink>
      </Empty>
    </main>
  );
}

export function Crashed({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  function retry(): void {
    if (error instanceof ApiError) {
      reset();
      void router.invalidate();
    } else {
      location.reload();
    }
  }
  return (
    <main className="alone">
      <Failure failure={error} onRetry={retry} />
    </main>
  );
}
