/** A site's snippet, and the wait for its first event, which ends by itself. */

import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { snippetQuery } from "../app/queries";
import { useTitle } from "../app/title";
import { Card } from "../components/card";
import { CopyButton } from "../components/copy-button";
import { Failure, Loading } from "../components/states";
import { useWords } from "../words/words";
import { FirstEvent } from "./first-event";

const route = getRouteApi("/inside/sites/$siteId/install");

export function InstallPage() {
  const { t } = useWords();
  useTitle(t("install"));
  const { siteId } = route.useParams();
  const snippet = useQuery(snippetQuery(siteId));
  return (
    <div className="stack">
      <Card title={t("installTitle")}>
        {snippet.isPending ? (
          <Loading lines={1} />
        ) : snippet.isError ? (
          <Failure failure={snippet.error} onRetry={() => void snippet.refetch()} />
        ) : (
          <>
            <p>{t("installText")}</p>
            <pre className="snippet">
              <code>{snippet.data}</code>
            </pre>
            <p>
              <CopyButton kind="primary" text={snippet.data} label={t("copySnippet")} />
            </p>
            <p className="lead">{t("installClicks")}</p>
          </>
        )}
      </Card>
      <FirstEvent siteId={siteId} />
    </div>
  );
}
