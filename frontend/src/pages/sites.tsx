/** The list of the user's sites. */

import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { Site } from "../api/types";
import { sitesQuery } from "../app/queries";
import { ButtonLink } from "../components/button-link";
import { PageHeader, useTitle } from "../components/page-header";
import { Empty, QueryContent } from "../components/states";
import { type Column, Table } from "../components/table";
import { date } from "../words/formats";
import { useWords, type Words } from "../words/words";

const columns = ({ t, language }: Words): Column<Site>[] => [
  {
    heading: t("siteName"),
    isName: true,
    cell: (site) => (
      <Link to="/sites/$siteId" params={{ siteId: site.id }}>
        {site.name}
      </Link>
    ),
  },
  { heading: t("siteUrl"), cell: (site) => <bdi>{site.url}</bdi> },
  {
    heading: t("status"),
    cell: (site) => (
      <span className="state" data-state={site.status === "active" ? "live" : "paused"}>
        {t(site.status)}
      </span>
    ),
  },
  {
    heading: t("created"),
    cell: (site) => <span className="whole">{date(language, site.createdAt)}</span>,
  },
  {
    heading: t("install"),
    cell: (site) => (
      <Link to="/sites/$siteId/install" params={{ siteId: site.id }} className="whole">
        {t("toSnippet")}
      </Link>
    ),
  },
];

export function SitesPage() {
  const words = useWords();
  const { t } = words;
  useTitle(t("sites"));
  const sites = useQuery(sitesQuery);
  const add = (
    <ButtonLink to="/sites/new" kind="primary">
      {t("newSite")}
    </ButtonLink>
  );
  return (
    <>
      <PageHeader title={t("sites")} actions={sites.data?.length ? add : null} />
      <QueryContent query={sites}>
        {(found) => (
          <div className="card">
            {found.length === 0 ? (
              <Empty title={t("noSites")} text={t("noSitesText")}>
                {add}
              </Empty>
            ) : (
              <Table
                caption={t("sites")}
                columns={columns(words)}
                rows={found}
                keyOf={(site) => site.id}
              />
            )}
          </div>
        )}
      </QueryContent>
    </>
  );
}
