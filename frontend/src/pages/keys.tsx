/** The user's API keys: the list, a new one shown once, revocation. */

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { makeKey, revokeKey } from "../api/calls";
import type { Key, Scope } from "../api/types";
import { keysQuery } from "../app/queries";
import { useUser } from "../auth/use-session";
import { Button } from "../components/button";
import { CopyButton } from "../components/copy-button";
import { Dialog, FormDialog } from "../components/dialog";
import {
  CurrentPasswordField,
  Form,
  passwordOf,
  TextField,
  textOf,
  useRefusal,
} from "../components/form";
import { PageHeader, useTitle } from "../components/page-header";
import { Empty, QueryContent } from "../components/states";
import { type Column, Table } from "../components/table";
import { useToast } from "../components/toast";
import { date } from "../words/formats";
import { isWord, useWords, type Words } from "../words/words";

const columns = ({ t, language }: Words, onRevoke: (key: Key) => void): Column<Key>[] => [
  { heading: t("keyName"), isName: true, cell: (key) => key.name },
  { heading: t("key"), cell: (key) => <code>{key.prefix}…</code> },
  {
    heading: t("scopes"),
    cell: (key) => key.scopes.map((scope) => (isWord(scope) ? t(scope) : scope)).join(", "),
  },
  {
    heading: t("created"),
    cell: (key) => <span className="whole">{date(language, key.createdAt)}</span>,
  },
  {
    heading: t("revoke"),
    cell: (key) => (
      <Button
        kind="danger"
        aria-label={`${t("revoke")}: ${key.name}`}
        onClick={() => onRevoke(key)}
      >
        {t("revoke")}
      </Button>
    ),
  },
];

export function KeysPage() {
  const words = useWords();
  const { t } = words;
  useTitle(t("keys"));
  const toast = useToast();
  const client = useQueryClient();
  const keys = useQuery(keysQuery);
  const [isMaking, setMaking] = useState(false);
  const [leaving, setLeaving] = useState<Key>();

  const user = useUser();
  const refresh = () => client.invalidateQueries({ queryKey: keysQuery.queryKey });

  async function revoke(key: Key): Promise<void> {
    await revokeKey(key.id);
    await refresh();
    setLeaving(undefined);
    toast(t("keyRevoked"));
  }

  const make = user?.confirmed && (
    <Button kind="primary" onClick={() => setMaking(true)}>
      {t("newKey")}
    </Button>
  );
  const unconfirmed = !user || user.confirmed ? null : t("keysUnconfirmed", { email: user.email });
  return (
    <>
      <PageHeader
        title={t("keys")}
        lead={t("keysLead")}
        actions={keys.data?.length ? make : null}
      />
      {unconfirmed && !!keys.data?.length && <p className="notice">{unconfirmed}</p>}
      <QueryContent query={keys}>
        {(found) => (
          <div className="card">
            {found.length === 0 ? (
              <Empty title={t("noKeys")} text={unconfirmed ?? t("noKeysText")}>
                {make}
              </Empty>
            ) : (
              <Table
                caption={t("keys")}
                columns={columns(words, setLeaving)}
                rows={found}
                keyOf={(key) => key.id}
              />
            )}
          </div>
        )}
      </QueryContent>
      {isMaking && <NewKeyDialog onMade={refresh} onClose={() => setMaking(false)} />}
      {leaving && (
        <FormDialog
          title={t("revokeKey")}
          submit={t("revoke")}
          kind="danger"
          onSubmit={() => revoke(leaving)}
          onClose={() => setLeaving(undefined)}
        >
          {" "}
          <p>{t("revokeKeyText", { name: leaving.name })}</p>
        </FormDialog>
      )}
    </>
  );
}

const SCOPES: readonly Scope[] = ["events:read", "reports:read", "sites:read", "sites:write"];

interface NewKeyDialogProps {
  onMade(): Promise<void>;
  onClose(): void;
}

export function NewKeyDialog({ onMade, onClose }: NewKeyDialogProps) {
  const { t } = useWords();
  const [made, setMade] = useState<string>();

  async function submit(values: FormData): Promise<void> {
    const scopes = SCOPES.filter((scope) => values.getAll("scopes").includes(scope));
    const password = passwordOf(values, "currentPassword");
    const { key } = await makeKey(textOf(values, "name"), scopes, password);
    setMade(key);
    await onMade();
  }

  return (
    <Dialog title={t(made ? "keyMade" : "newKey")} onClose={onClose}>
      {made ? (
        <div role="status">
          <p>{t("keyOnce")}</p>
          <pre className="snippet">
            <code>{made}</code>
          </pre>
          <div className="form-actions">
            <CopyButton kind="primary" text={made} />
            <Button onClick={onClose}>{t("close")}</Button>
          </div>
        </div>
      ) : (
        <Form
          submit={t("makeKey")}
          onSubmit={submit}
          aside={<Button onClick={onClose}>{t("cancel")}</Button>}
        >
          <TextField name="name" label={t("keyName")} maxLength={200} autoFocus required />
          <Scopes />
          <CurrentPasswordField name="currentPassword" hint={t("keyPasswordHint")} />
        </Form>
      )}
    </Dialog>
  );
}

function Scopes() {
  const { t } = useWords();
  const refusal = useRefusal("scopes");
  return (
    <fieldset className="checks">
      <legend>{t("scopes")}</legend>
      {SCOPES.map((scope) => (
        <label key={scope}>
          <input
            type="checkbox"
            name="scopes"
            value={scope}
            defaultChecked={scope === "events:read"}
            aria-invalid={refusal ? true : undefined}
          />
          {t(scope)}
        </label>
      ))}
      {refusal && <p className="field-refusal">{refusal}</p>}
    </fieldset>
  );
}
