/** A site's latest events: filtered by type, growing at the top, older ones on demand. */

import { getRouteApi } from "@tanstack/react-router";
import { useTitle } from "../app/title";
import { Button } from "../components/button";
import { ButtonLink } from "../components/button-link";
import { Card } from "../components/card";
import { Empty, Failure, Loading } from "../components/states";
import { type Feed, useFeed } from "../live/use-feed";
import { useWords } from "../words/words";
import { EventRow } from "./event-row";
import { FeedAnnouncer } from "./feed-announcer";
import { TypeFilter } from "./type-filter";

const route = getRouteApi("/inside/sites/$siteId/feed");

export function FeedPage() {
  const { t } = useWords();
  useTitle(t("feedTitle"));
  const { siteId } = route.useParams();
  const { type } = route.useSearch();
  const navigate = route.useNavigate();
  const feed = useFeed(siteId, type);
  return (
    <Card
      title={t("feedTitle")}
      isFlush
      actions={
        <>
          <span className="state" data-state={feed.connection}>
            {t(feed.connection)}
          </span>
          <TypeFilter
            key={siteId}
            chosen={type}
            events={feed.events}
            onChoose={(chosen) => void navigate({ search: chosen ? { type: chosen } : {} })}
          />
        </>
      }
    >
      {feed.failure !== null && <Failure failure={feed.failure} />}
      <Rows feed={feed} siteId={siteId} isFiltered={type !== undefined} />
      <FeedAnnouncer count={feed.fresh} />
    </Card>
  );
}

interface RowsProps {
  feed: Feed;
  siteId: string;
  isFiltered: boolean;
}

function Rows({ feed, siteId, isFiltered }: RowsProps) {
  const { t } = useWords();
  if (!feed.events.length && feed.connection !== "live") {
    return feed.failure === null ? <Loading /> : null;
  }
  return (
    <>
      {feed.events.length === 0 && (
        <Empty
          title={t(isFiltered ? "feedEmptyFiltered" : "feedEmpty")}
          text={t(isFiltered ? "feedEmptyFilteredText" : "feedEmptyText")}
        >
          {!isFiltered && (
            <ButtonLink to="/sites/$siteId/install" params={{ siteId }}>
              {t("toSnippet")}
            </ButtonLink>
          )}
        </Empty>
      )}
      <ol className="rows" id="feed">
        {feed.events.map((event, index) => (
          <EventRow key={event.id} event={event} isNew={index < feed.fresh} />
        ))}
      </ol>
      {feed.next !== null ? (
        <p className="rows-end">
          <Button onClick={() => void feed.loadOlder()} isBusy={feed.isLoadingOlder}>
            {t("older")}
          </Button>
        </p>
      ) : (
        feed.events.length > 0 && <p className="rows-end">{t("noOlder")}</p>
      )}
    </>
  );
}
