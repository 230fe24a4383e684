/** The filters of an address that cannot be read: named, and dropped one by one. */

import { Button } from "../components/button";
import { useWords } from "../words/words";
import type { Asking } from "./asking";

export function Unread({ question, ask }: Asking) {
  const { t } = useWords();
  const { unread } = question;
  return (
    <div className="trouble" role="alert">
      <strong>{t("unreadFilter")}</strong>
      <p>{t("unreadFilterText")}</p>
      {unread.map((text) => (
        <p key={text} className="unread">
          <code>
            <bdi>{text}</bdi>
          </code>
          <Button
            aria-label={t("dropFilterOf", { filter: text })}
            onClick={() => ask({ unread: unread.filter((each) => each !== text) })}
          >
            {t("dropFilter")}
          </Button>
        </p>
      ))}
    </div>
  );
}
