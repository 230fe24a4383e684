/** The log-in. */

import { getRouteApi, Link } from "@tanstack/react-router";
import { logIn } from "../api/calls";
import { useLogIn } from "../auth/use-session";
import { EmailField, Form, PasswordField, passwordOf, textOf } from "../components/form";
import { useWords } from "../words/words";
import { AuthLayout } from "./auth-layout";

const route = getRouteApi("/login");

export function LoginPage() {
  const { t } = useWords();
  const { next } = route.useSearch();
  const enter = useLogIn(next);
  return (
    <AuthLayout
      title={t("logInTitle")}
      aside={
        <>
          {t("noAccount")}{" "}
          <Link to="/register" search={next ? { next } : {}}>
            {t("register")}
          </Link>
        </>
      }
    >
      <Form
        submit={t("logIn")}
        explain={({ status }) => {
          if (status === 401) return t("wrongLogin");
          return status === 429 ? t("logInTooMany") : undefined;
        }}
        onSubmit={async (values) => {
          await enter(await logIn(textOf(values, "email"), passwordOf(values, "password")));
        }}
        aside={<Link to="/forgot">{t("forgot")}</Link>}
      >
        <EmailField />
        <PasswordField
          name="password"
          label={t("password")}
          autoComplete="current-password"
          required
        />
      </Form>
    </AuthLayout>
  );
}
