/** The demo page: the shop, which makes events, and the feed, which shows them. */

import { Controls, Credits } from "../../src/app/controls";
import { Button } from "../../src/components/button";
import { Card } from "../../src/components/card";
import { isWebAddress } from "../../src/components/external-link";
import { Empty, Loading } from "../../src/components/states";
import { EventRow, FeedAnnouncer } from "../../src/live/event-row";
import { useWords } from "../../src/words/words";
import { ProblemNote } from "./problem-note";
import { type DemoFeed, useDemo } from "./use-demo";
import { useDemoWords } from "./words";

export function Page() {
  const words = useDemoWords();
  const demo = useDemo();
  return (
    <>
      <a className="skip" href="#feed">
        {words.skip}
      </a>
      <header className="top">
        <img src="/icon.svg" alt="" width="32" height="32" />
        <div className="top-name">
          <h1>Pixel-Track</h1>
          <p>{words.tagline}</p>
        </div>
        <div className="top-controls">
          <Controls />
        </div>
      </header>
      <main>
        <ShopCard address={demo.demo?.shop} />
        <FeedCard {...demo} />
      </main>
      <Credits />
    </>
  );
}

function ShopCard({ address }: { address: string | undefined }) {
  const words = useDemoWords();
  const shop = address && isWebAddress(address) ? address : undefined;
  const link = shop && (
    <a className="address" href={shop} title={words.openShop} target="_blank" rel="noopener">
      {new URL(shop).host}
    </a>
  );
  return (
    <Card title={words.shop} isFlush actions={link}>
      {shop && <iframe src={shop} title={words.shop} />}
    </Card>
  );
}

function FeedCard({ feed, state, problem, togglePause, retry }: DemoFeed) {
  const { t } = useWords();
  const words = useDemoWords();
  const isPaused = state === "paused";
  const badge = (
    <>
      <span className="state" id="state" data-state={state}>
        {t(state)}
      </span>
      <Button onClick={togglePause}>{isPaused ? words.resume : words.pause}</Button>
    </>
  );
  return (
    <Card title={words.feed} isFlush actions={badge}>
      {problem && <ProblemNote {...problem} onRetry={retry} />}
      {state === "connecting" && <Loading lines={4} />}
      {state === "live" && !feed.events.length && (
        <Empty title={words.blankTitle} text={words.blankText} />
      )}
      <ol className="rows" id="feed" tabIndex={-1}>
        {feed.events.map((event, index) => (
          <EventRow key={event.id} event={event} isNew={index < feed.newCount} />
        ))}
      </ol>
      <FeedAnnouncer count={feed.newCount} />
    </Card>
  );
}
