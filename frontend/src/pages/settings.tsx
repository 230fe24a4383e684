/** A site's settings, and its end. */

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { changeSite } from "../api/calls";
import type { Site, SiteChanges } from "../api/types";
import { siteQuery, sitesQuery } from "../app/queries";
import { useTitle } from "../app/title";
import { Card } from "../components/card";
import { ChoiceField, LinesField, TextField } from "../components/field";
import { Form, linesOf, textOf } from "../components/form";
import { useToast } from "../components/toast";
import { useWords } from "../words/words";
import { Audit } from "./audit";
import { DeleteSite } from "./delete-site";
import { EraseVisitor } from "./erase-visitor";
import { TIMEZONES, Timezones } from "./timezones";

const route = getRouteApi("/inside/sites/$siteId/settings");

/** Answer what the form says, in the API's words. */
function changesOf(values: FormData): SiteChanges {
  return {
    name: textOf(values, "name"),
    url: textOf(values, "url"),
    timezone: textOf(values, "timezone"),
    status: textOf(values, "status") as Site["status"],
    identity: textOf(values, "identity") as Site["identity"],
    retentionDays: Number(textOf(values, "retentionDays")),
    excludedIps: linesOf(values, "excludedIps"),
    allowedDomains: linesOf(values, "allowedDomains"),
  };
}

export function SettingsPage() {
  const { t } = useWords();
  useTitle(t("settings"));
  const { siteId } = route.useParams();
  const site = useQuery(siteQuery(siteId));
  const answers = useQueryClient();
  const toast = useToast();

  async function save(values: FormData): Promise<void> {
    const before = site.data?.timezone;
    const changed = await changeSite(siteId, changesOf(values));
    answers.setQueryData(siteQuery(siteId).queryKey, changed);
    await answers.invalidateQueries({ queryKey: sitesQuery.queryKey, exact: true });
    const isOther = changed.timezone !== before;
    toast(isOther ? `${t("saved")}. ${t("timezoneJob")}` : t("saved"));
  }

  if (!site.data) return null;
  return (
    <div className="stack narrow">
      <Card title={t("settings")}>
        <Form submit={t("save")} onSubmit={save}>
          <SiteFields site={site.data} />
        </Form>
      </Card>
      <Audit siteId={siteId} />
      <EraseVisitor siteId={siteId} />
      <DeleteSite site={site.data} />
    </div>
  );
}

function SiteFields({ site }: { site: Site }) {
  const { t } = useWords();
  return (
    <>
      <TextField name="name" label={t("siteName")} defaultValue={site.name} required />
      <TextField name="url" label={t("siteUrl")} type="url" defaultValue={site.url} required />
      <TextField
        name="timezone"
        label={t("timezone")}
        hint={t("timezoneHint")}
        list={TIMEZONES}
        defaultValue={site.timezone}
        required
      />
      <Timezones />
      <ChoiceField
        name="status"
        label={t("status")}
        hint={t("pausedHint")}
        defaultValue={site.status}
      >
        <option value="active">{t("active")}</option>
        <option value="paused">{t("paused")}</option>
      </ChoiceField>
      <ChoiceField
        name="identity"
        label={t("identity")}
        hint={t("identityHint")}
        defaultValue={site.identity}
      >
        <option value="storage">{t("identityStorage")}</option>
        <option value="cookieless">{t("identityCookieless")}</option>
      </ChoiceField>
      <TextField
        name="retentionDays"
        label={t("retentionDays")}
        type="number"
        min={1}
        max={3660}
        defaultValue={site.retentionDays}
        required
      />
      <LinesField
        name="excludedIps"
        label={t("excludedIps")}
        hint={t("excludedIpsHint")}
        defaultValue={site.excludedIps.join("\n")}
      />
      <LinesField
        name="allowedDomains"
        label={t("allowedDomains")}
        hint={t("allowedDomainsHint")}
        defaultValue={site.allowedDomains.join("\n")}
      />
    </>
  );
}
