/** Adds a site, then shows its snippet. */

import { useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { addSite } from "../api/calls";
import { sitesQuery } from "../app/queries";
import { Card } from "../components/card";
import { Form, TextField, textOf } from "../components/form";
import { useTitle } from "../components/page-header";
import { useWords } from "../words/words";
import { localTimezone, TIMEZONES, Timezones } from "./timezones";

export function NewSitePage() {
  const { t } = useWords();
  useTitle(t("newSite"));
  const navigate = useNavigate();
  const client = useQueryClient();

  async function submit(values: FormData): Promise<void> {
    const site = await addSite({
      url: textOf(values, "url"),
      name: textOf(values, "name"),
      timezone: textOf(values, "timezone"),
    });
    await client.invalidateQueries({ queryKey: sitesQuery.queryKey, exact: true });
    await navigate({ to: "/sites/$siteId/install", params: { siteId: site.id } });
  }

  return (
    <div className="narrow">
      <Card title={t("newSite")}>
        <Form
          submit={t("newSite")}
          onSubmit={submit}
          aside={<Link to="/sites">{t("cancel")}</Link>}
        >
          <TextField name="name" label={t("siteName")} maxLength={200} autoFocus required />
          <TextField
            name="url"
            label={t("siteUrl")}
            hint={t("siteUrlHint")}
            type="url"
            inputMode="url"
            autoComplete="url"
            required
          />
          <TextField
            name="timezone"
            label={t("timezone")}
            hint={t("timezoneHint")}
            list={TIMEZONES}
            defaultValue={localTimezone()}
            required
          />
          <Timezones />
        </Form>
      </Card>
    </div>
  );
}
