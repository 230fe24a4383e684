/** The user's API keys: list, new key shown once, revocation. */

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { revokeKey } from "../api/calls";
import type { Key } from "../api/types";
import { keysQuery } from "../app/queries";
import { useTitle } from "../app/title";
import { Button } from "../components/button";
import { Dialog } from "../components/dialog";
import { Form } from "../components/form";
import { PageHeader } from "../components/page-header";
import { Empty, Failure, Loading } from "../components/states";
import { type Column, Table } from "../components/table";
import { useToast } from "../components/toast";
import { date } from "../words/formats";
import { isWord, useWords, type Words } from "../words/words";
import { NewKeyDialog } from "./new-key";

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
  const answers = useQueryClient();
  const keys = useQuery(keysQuery);
  const [isMaking, setMaking] = useState(false);
  const [leaving, setLeaving] = useState<Key>();

  const refresh = () => answers.invalidateQueries({ queryKey: keysQuery.queryKey });

  async function revoke(key: Key): Promise<void> {
    await revokeKey(key.id);
    await refresh();
    setLeaving(undefined);
    toast(t("keyRevoked"));
  }

  const make = (
    <Button kind="primary" onClick={() => setMaking(true)}>
      {t("newKey")}
    </Button>
  );
  return (
    <>
      <PageHeader
        title={t("keys")}
        lead={t("keysLead")}
        actions={keys.data?.length ? make : null}
      />
      {keys.isPending ? (
        <Loading />
      ) : keys.isError ? (
        <Failure failure={keys.error} onRetry={() => void keys.refetch()} />
      ) : (
        <div className="card">
          {keys.data.length === 0 ? (
            <Empty title={t("noKeys")} text={t("noKeysText")}>
              {make}
            </Empty>
          ) : (
            <Table
              caption={t("keys")}
              columns={columns(words, setLeaving)}
              rows={keys.data}
              keyOf={(key) => key.id}
            />
          )}
        </div>
      )}
      {isMaking && <NewKeyDialog onMade={refresh} onClose={() => setMaking(false)} />}
      {leaving && (
        <Dialog title={t("revokeKey")} onClose={() => setLeaving(undefined)}>
          <Form
            submit={t("revoke")}
            kind="danger"
            onSubmit={() => revoke(leaving)}
            aside={<Button onClick={() => setLeaving(undefined)}>{t("cancel")}</Button>}
          >
            <p>{t("revokeKeyText", { name: leaving.name })}</p>
          </Form>
        </Dialog>
      )}
    </>
  );
}
