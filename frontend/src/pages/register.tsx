/** The registration, with an invitation if there is one. */

import { getRouteApi, Link } from "@tanstack/react-router";
import { register } from "../api/calls";
import type { ApiError } from "../api/problem";
import { useEnter } from "../auth/use-session";
import { Form, PasswordField, passwordOf, TextField, textOf } from "../components/form";
import { useWords } from "../words/words";
import { AuthLayout } from "./auth-layout";

const route = getRouteApi("/register");

export function RegisterPage() {
  const { t, language } = useWords();
  const { next, invitation } = route.useSearch();
  const enter = useEnter(next);

  function explain(failure: ApiError): string | undefined {
    if (failure.status === 409) return t("emailTaken");
    if (failure.status === 403) return `${t("registrationClosed")}. ${t("registrationClosedText")}`;
    return undefined;
  }

  async function submit(values: FormData): Promise<void> {
    const name = textOf(values, "name");
    const answer = await register({
      email: textOf(values, "email"),
      password: passwordOf(values, "password"),
      language,
      ...(name && { name }),
      ...(invitation && { invitation }),
    });
    await enter(answer);
  }

  return (
    <AuthLayout
      title={t("registerTitle")}
      lead={t("registerLead")}
      aside={
        <>
          {t("haveAccount")}{" "}
          <Link to="/login" search={next ? { next } : {}}>
            {t("logIn")}
          </Link>
        </>
      }
    >
      <Form submit={t("register")} explain={explain} onSubmit={submit}>
        <TextField
          name="email"
          label={t("email")}
          type="email"
          autoComplete="username"
          autoFocus
          required
        />
        <PasswordField
          name="password"
          label={t("password")}
          hint={t("passwordHint")}
          autoComplete="new-password"
          required
        />
        <TextField
          name="name"
          label={`${t("yourName")} (${t("optional")})`}
          autoComplete="name"
          maxLength={200}
        />
      </Form>
    </AuthLayout>
  );
}
