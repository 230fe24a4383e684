/** The layout of a site's pages: name, address, tabs. */

import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link, Outlet } from "@tanstack/react-router";
import { siteQuery } from "../app/queries";
import { ExternalLink } from "../components/external-link";
import { PageHeader } from "../components/page-header";
import { Failure, Loading } from "../components/states";
import { useWords } from "../words/words";

const route = getRouteApi("/app/sites/$siteId");

export function SiteLayout() {
  const { t } = useWords();
  const { siteId } = route.useParams();
  const site = useQuery(siteQuery(siteId));
  if (site.isPending) return <Loading />;
  if (site.isError) return <Failure failure={site.error} onRetry={() => void site.refetch()} />;
  return (
    <>
      <PageHeader
        title={site.data.name}
        lead={
          <>
            <ExternalLink url={site.data.url} />
            {site.data.status === "paused" && (
              <span className="state" data-state="paused">
                {t("paused")}
              </span>
            )}
          </>
        }
      />
      <nav className="tabs" aria-label={t("siteSections")}>
        <Link
          to="/sites/$siteId"
          params={{ siteId }}
          activeOptions={{ exact: true, includeSearch: false }}
        >
          {t("report")}
        </Link>
        <Link to="/sites/$siteId/feed" params={{ siteId }} activeOptions={{ includeSearch: false }}>
          {t("feed")}
        </Link>
        <Link to="/sites/$siteId/install" params={{ siteId }}>
          {t("install")}
        </Link>
        <Link to="/sites/$siteId/settings" params={{ siteId }}>
          {t("settings")}
        </Link>
      </nav>
      <Outlet key={siteId} />
    </>
  );
}
