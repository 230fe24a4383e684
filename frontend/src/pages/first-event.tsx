/** Waits for a site's first event and tells of it. */

import { useEffect, useState } from "react";
import { loadEvents } from "../api/calls";
import type { TrackedEvent } from "../api/types";
import { ButtonLink } from "../components/button-link";
import { Failure } from "../components/states";
import { polling } from "../live/source";
import { useWords } from "../words/words";
import { typeName } from "./event-facts";

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
            ? t("firstArrivedText", { type: typeName(event, words), path: event.path ?? "/" })
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
