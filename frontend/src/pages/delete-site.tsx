/** Deletes a site once its name was typed. */

import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { deleteSite } from "../api/calls";
import type { Site } from "../api/types";
import { siteQuery, sitesQuery } from "../app/queries";
import { Button } from "../components/button";
import { Card } from "../components/card";
import { Dialog } from "../components/dialog";
import { TextField } from "../components/field";
import { Form } from "../components/form";
import { useToast } from "../components/toast";
import { useWords } from "../words/words";

export function DeleteSite({ site }: { site: Site }) {
  const { t } = useWords();
  const [isAsking, setAsking] = useState(false);
  const [typed, setTyped] = useState("");
  const navigate = useNavigate();
  const answers = useQueryClient();
  const toast = useToast();

  async function remove(): Promise<void> {
    await deleteSite(site.id);
    await navigate({ to: "/sites" });
    answers.removeQueries({ queryKey: siteQuery(site.id).queryKey });
    await answers.invalidateQueries({ queryKey: sitesQuery.queryKey, exact: true });
    toast(t("siteDeleted"));
  }

  return (
    <Card title={t("dangerZone")} tone="danger">
      <p>{t("deleteSiteText")}</p>
      <Button kind="danger" onClick={() => setAsking(true)}>
        {t("deleteSite")}
      </Button>
      {isAsking && (
        <Dialog title={t("deleteSite")} onClose={() => setAsking(false)}>
          <Form
            submit={t("deleteSite")}
            kind="danger"
            isReady={typed.trim() === site.name}
            onSubmit={remove}
            aside={<Button onClick={() => setAsking(false)}>{t("cancel")}</Button>}
          >
            <p>{t("deleteSiteText")}</p>
            <TextField
              name="typed"
              label={t("deleteSiteAsk", { name: site.name })}
              autoComplete="off"
              value={typed}
              onChange={(change) => setTyped(change.target.value)}
              autoFocus
            />
          </Form>
        </Dialog>
      )}
    </Card>
  );
}
