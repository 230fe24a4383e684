/** The forgotten password: asks for the address and says that a link is on its way. */

import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { forgetPassword } from "../api/calls";
import { TextField } from "../components/field";
import { Form, textOf } from "../components/form";
import { useWords } from "../words/words";
import { AuthLayout } from "./auth-layout";

export function ForgotPage() {
  const { t } = useWords();
  const [sentTo, setSentTo] = useState<string>();

  async function submit(values: FormData): Promise<void> {
    const email = textOf(values, "email");
    await forgetPassword(email);
    setSentTo(email);
  }

  return (
    <AuthLayout title={t("forgotTitle")} aside={<Link to="/login">{t("toLogin")}</Link>}>
      {sentTo === undefined ? (
        <>
          <p className="lead">{t("forgotLead")}</p>
          <Form submit={t("forgotSend")} onSubmit={submit}>
            <TextField
              name="email"
              label={t("email")}
              type="email"
              autoComplete="username"
              autoFocus
              required
            />
          </Form>
        </>
      ) : (
        <p role="status">{t("forgotSent", { email: sentTo })}</p>
      )}
    </AuthLayout>
  );
}
