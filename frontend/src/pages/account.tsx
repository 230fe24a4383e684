/** The user's account: profile, password, invitations, sessions, deletion. */

import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { changeMe, deleteMe, invite, logOutEverywhere } from "../api/calls";
import type { ApiError } from "../api/problem";
import type { User } from "../api/types";
import { session } from "../auth/session";
import { useUser } from "../auth/use-session";
import { Button } from "../components/button";
import { Card } from "../components/card";
import { FormDialog } from "../components/dialog";
import {
  CheckField,
  ChoiceField,
  CurrentPasswordField,
  Form,
  isTicked,
  NewPasswordField,
  PasswordField,
  passwordOf,
  TextField,
  textOf,
} from "../components/form";
import { PageHeader, useTitle } from "../components/page-header";
import { useToast } from "../components/toast";
import { type Language, useWords } from "../words/words";

export function AccountPage() {
  const { t } = useWords();
  useTitle(t("account"));
  const user = useUser();
  if (!user) return null;
  return (
    <div className="stack narrow">
      <PageHeader title={t("account")} lead={<bdi>{user.email}</bdi>} />
      <Profile user={user} />
      <Password user={user} />
      <Invite user={user} />
      <Sessions />
      <Deletion />
    </div>
  );
}

function Profile({ user }: { user: User }) {
  const { t, setLanguage } = useWords();
  const toast = useToast();

  async function save(values: FormData): Promise<void> {
    const language = textOf(values, "language") as Language;
    session.update(await changeMe({ name: textOf(values, "name") || null, language }));
    setLanguage(language);
    toast(t("saved"));
  }

  return (
    <Card title={t("profile")}>
      <Form submit={t("save")} onSubmit={save}>
        <TextField
          name="name"
          label={t("yourName")}
          autoComplete="name"
          maxLength={200}
          defaultValue={user.name ?? ""}
        />
        <ChoiceField name="language" label={t("mailLanguage")} defaultValue={user.language}>
          <option value="en" lang="en">
            English
          </option>
          <option value="ru" lang="ru">
            Русский
          </option>
        </ChoiceField>
      </Form>
    </Card>
  );
}

function Password({ user }: { user: User }) {
  const { t } = useWords();
  const toast = useToast();
  const [round, setRound] = useState(0);

  async function save(values: FormData): Promise<void> {
    await changeMe({
      currentPassword: passwordOf(values, "currentPassword"),
      password: passwordOf(values, "password"),
      revokeKeys: isTicked(values, "revokeKeys"),
    });
    setRound(round + 1);
    toast(t("passwordChanged"));
  }

  return (
    <Card title={t("changePassword")}>
      <Form key={round} submit={t("resetSave")} onSubmit={save}>
        <input type="hidden" name="username" autoComplete="username" value={user.email} />
        <CurrentPasswordField name="currentPassword" />
        <NewPasswordField label={t("newPassword")} />
        <CheckField name="revokeKeys" label={t("revokeKeys")} hint={t("revokeKeysHint")} />
      </Form>
    </Card>
  );
}

function Sessions() {
  const { t } = useWords();
  const navigate = useNavigate();

  async function leave(): Promise<void> {
    await logOutEverywhere();
    session.clear();
    await navigate({ to: "/login" });
  }

  return (
    <Card title={t("sessions")}>
      <Form submit={t("logOutEverywhere")} kind="danger" onSubmit={leave}>
        <p>{t("sessionsText")}</p>
      </Form>
    </Card>
  );
}

function Deletion() {
  const { t } = useWords();
  const [isAsking, setAsking] = useState(false);
  const navigate = useNavigate();
  const toast = useToast();

  async function remove(values: FormData): Promise<void> {
    await deleteMe(passwordOf(values, "password"));
    session.clear();
    await navigate({ to: "/login" });
    toast(t("accountDeleted"));
  }

  return (
    <Card title={t("dangerZone")} tone="danger">
      <p>{t("deleteAccountText")}</p>
      <Button kind="danger" onClick={() => setAsking(true)}>
        {t("deleteAccount")}
      </Button>
      {isAsking && (
        <FormDialog
          title={t("deleteAccount")}
          submit={t("deleteAccount")}
          kind="danger"
          onSubmit={remove}
          onClose={() => setAsking(false)}
        >
          {" "}
          <p>{t("deleteAccountText")}</p>
          <PasswordField
            name="password"
            label={t("password")}
            autoComplete="current-password"
            autoFocus
            required
          />
        </FormDialog>
      )}
    </Card>
  );
}

export function Invite({ user }: { user: User }) {
  const { t, language } = useWords();
  const toast = useToast();
  const [round, setRound] = useState(0);

  const explain = (failure: ApiError) => (failure.status === 403 ? t("inviteClosed") : undefined);
  if (!user.confirmed) {
    return (
      <Card title={t("invite")}>
        <p>{t("inviteUnconfirmed", { email: user.email })}</p>
      </Card>
    );
  }

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
