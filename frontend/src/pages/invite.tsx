/** Invites somebody by mail. */

import { useState } from "react";
import { invite } from "../api/calls";
import type { ApiError } from "../api/problem";
import { Card } from "../components/card";
import { TextField } from "../components/field";
import { Form, textOf } from "../components/form";
import { useToast } from "../components/toast";
import { useWords } from "../words/words";

export function Invite() {
  const { t, language } = useWords();
  const toast = useToast();
  const [round, setRound] = useState(0);

  const explain = (failure: ApiError) => (failure.status === 403 ? t("inviteClosed") : undefined);

  async function send(values: FormData): Promise<void> {
    const email = textOf(values, "email");
    await invite(email, language);
    setRound(round + 1);
    toast(t("inviteSent", { email }));
  }

  return (
    <Card title={t("invite")}>
      <Form key={round} submit={t("inviteSend")} explain={explain} onSubmit={send}>
        <p>{t("inviteText")}</p>
        <TextField name="email" label={t("email")} type="email" autoComplete="off" required />
      </Form>
    </Card>
  );
}
