/** A site's snippet, and a status that updates when the first event arrives. */

import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { loadEvents } from "../api/calls";
import type { TrackedEvent } from "../api/types";
import { snippetQuery } from "../app/queries";
import { ButtonLink } from "../components/button-link";
import { Card } from "../components/card";
import { CopyButton } from "../components/copy-button";
import { useTitle } from "../components/page-header";
import { Failure, QueryContent } from "../components/states";
import { polling } from "../live/feed";
import { eventTypeName } from "../words/values";
import { useWords } from "../words/words";

const route = getRouteApi("/app/sites/$siteId/install");

export function InstallPage() {
  const { t } = useWords();
  useTitle(t("install"));
  const { siteId } = route.useParams();
  const snippet = useQuery(snippetQuery(siteId));
  return (
    <div className="stack">
      <Card title={t("installTitle")}>
        <QueryContent query={snippet} lines={1}>
          {(html) => (
            <>
              <p>{t("installText")}</p>
              <pre className="snippet">
                <code>{html}</code>
              </pre>
              <p>
                <CopyButton kind="primary" text={html} label={t("copySnippet")} />
              </p>
              <p className="lead">{t("installClicks")}</p>
            </>
          )}
        </QueryContent>
      </Card>
      <FirstEvent siteId={siteId} />
    </div>
  );
}

export function FirstEvent({ siteId }: { siteId: string }) {
  const words = useWords();
  const { t } = words;
  const [event, setEvent] = useState<TrackedEvent>();
  const [failure, setFailure] = useState<unknown>(null);

  useEffect(() => {
    if (event) return;
    return polling(() => loadEvents({ siteId, limit: 10 })).start({
      onPage(page) {
        setFailure(null);
        setEvent(page.events.at(-1));
      },
      onFailure: setFailure,
    });
  }, [siteId, event]);

  if (failure !== null) return <Failure failure={failure} />;
  return (
    <div className="card first" role="status" data-arrived={event ? true : undefined}>
      <span className="first-mark" aria-hidden="true" />
      <div>
        <p className="empty-title">{t(event ? "firstArrived" : "waitingFirst")}</p>
        <p className="first-text">
          {event
            ? t("firstArrivedText", {
                type: eventTypeName(event.eventType, words),
                path: event.path ?? "/",
              })
            : t("waitingFirstText")}
        </p>
      </div>
      {event && (
        <ButtonLink to="/sites/$siteId/feed" params={{ siteId }} kind="primary">
          {t("openFeed")}
        </ButtonLink>
      )}
    </div>
  );
}
