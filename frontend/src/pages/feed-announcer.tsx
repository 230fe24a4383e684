/** Tells a screen reader how many events came, a sum every ten seconds and not each event. */

import { useEffect, useRef, useState } from "react";
import { newEvents } from "../words/plurals";
import { useWords } from "../words/words";

const QUIET_MS = 10_000;

export function FeedAnnouncer({ count }: { count: number }) {
  const { language } = useWords();
  const [news, setNews] = useState("");
  const latest = useRef(count);
  const told = useRef(count);
  latest.current = count;
  useEffect(() => {
    const timer = setInterval(() => {
      const fresh = latest.current - told.current;
      told.current = latest.current;
      if (fresh > 0) setNews(newEvents(language, fresh));
    }, QUIET_MS);
    return () => clearInterval(timer);
  }, [language]);
  return (
    <p className="visually-hidden" aria-live="polite">
      {news}
    </p>
  );
}
