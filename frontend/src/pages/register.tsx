/** The registration, with an invitation if there is one. */

import { getRouteApi, Link } from "@tanstack/react-router";
import { register } from "../api/calls";
import type { ApiError } from "../api/problem";
import { useLogIn } from "../auth/use-session";
import {
  EmailField,
  Form,
  NewPasswordField,
  passwordOf,
  TextField,
  textOf,
} from "../components/form";
import { useWords } from "../words/words";
import { AuthLayout } from "./auth-layout";

const route = getRouteApi("/register");

export function RegisterPage() {
  const { t, language } = useWords();
  const { next, invitation } = route.useSearch();
  const enter = useLogIn(next);

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
        <EmailField />
        <NewPasswordField label={t("password")} />
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
