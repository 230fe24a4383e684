/** A site's settings, and its deletion. */

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { changeSite, deleteSite } from "../api/calls";
import type { Site, SiteChanges } from "../api/types";
import { siteQuery, sitesQuery } from "../app/queries";
import { Button } from "../components/button";
import { Card } from "../components/card";
import { FormDialog } from "../components/dialog";
import { ChoiceField, Form, LinesField, linesOf, TextField, textOf } from "../components/form";
import { useTitle } from "../components/page-header";
import { useToast } from "../components/toast";
import { useWords } from "../words/words";
import { Audit, EraseVisitor } from "./site-jobs";
import { TIMEZONES, Timezones } from "./timezones";

const route = getRouteApi("/app/sites/$siteId/settings");

/** Return a form's number; not a number where it is left empty, which the API refuses. */
const numberOf = (values: FormData, name: string): number =>
  textOf(values, name) === "" ? Number.NaN : Number(textOf(values, name));

/** Return the form's values as the API takes them. */
export function changesOf(values: FormData): SiteChanges {
  return {
    name: textOf(values, "name"),
    url: textOf(values, "url"),
    timezone: textOf(values, "timezone"),
    status: textOf(values, "status") as Site["status"],
    identity: textOf(values, "identity") as Site["identity"],
    retentionDays: numberOf(values, "retentionDays"),
    excludedIps: linesOf(values, "excludedIps"),
    allowedDomains: linesOf(values, "allowedDomains"),
    paceLimit: numberOf(values, "paceLimit"),
    excludeHosting: textOf(values, "excludeHosting") as Site["excludeHosting"],
  };
}

export function SettingsPage() {
  const { t } = useWords();
  useTitle(t("settings"));
  const { siteId } = route.useParams();
  const site = useQuery(siteQuery(siteId));
  const client = useQueryClient();
  const toast = useToast();

  async function save(values: FormData): Promise<void> {
    const before = site.data;
    const changed = await changeSite(siteId, changesOf(values));
    client.setQueryData(siteQuery(siteId).queryKey, changed);
    await client.invalidateQueries({ queryKey: sitesQuery.queryKey, exact: true });
    const told = [t("saved")];
    if (changed.timezone !== before?.timezone) told.push(t("timezoneJob"));
    else if (changed.paceLimit !== before.paceLimit) told.push(t("paceJob"));
    toast(told.join(". "));
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
      <TextField
        name="paceLimit"
        label={t("paceLimit")}
        hint={t("paceLimitHint")}
        type="number"
        min={0}
        max={600}
        defaultValue={site.paceLimit}
        required
      />
      <ChoiceField
        name="excludeHosting"
        label={t("excludeHosting")}
        hint={t("excludeHostingHint")}
        defaultValue={site.excludeHosting}
      >
        <option value="suspicious">{t("excludeHostingSuspicious")}</option>
        <option value="all">{t("excludeHostingAll")}</option>
        <option value="none">{t("excludeHostingNone")}</option>
      </ChoiceField>
    </>
  );
}

export function DeleteSite({ site }: { site: Site }) {
  const { t } = useWords();
  const [isAsking, setAsking] = useState(false);
  const [typed, setTyped] = useState("");
  const navigate = useNavigate();
  const client = useQueryClient();
  const toast = useToast();

  async function remove(): Promise<void> {
    await deleteSite(site.id);
    await navigate({ to: "/sites" });
    client.removeQueries({ queryKey: siteQuery(site.id).queryKey });
    await client.invalidateQueries({ queryKey: sitesQuery.queryKey, exact: true });
    toast(t("siteDeleted"));
  }

  return (
    <Card title={t("dangerZone")} tone="danger">
      <p>{t("deleteSiteText")}</p>
      <Button kind="danger" onClick={() => setAsking(true)}>
        {t("deleteSite")}
      </Button>
      {isAsking && (
        <FormDialog
          title={t("deleteSite")}
          submit={t("deleteSite")}
          kind="danger"
          isReady={typed.trim() === site.name}
          onSubmit={remove}
          onClose={() => setAsking(false)}
        >
          {" "}
          <p>{t("deleteSiteText")}</p>
          <TextField
            name="typed"
            label={t("deleteSiteAsk", { name: site.name })}
            autoComplete="off"
            value={typed}
            onChange={(change) => setTyped(change.target.value)}
            autoFocus
          />
        </FormDialog>
      )}
    </Card>
  );
}
