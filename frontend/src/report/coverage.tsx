/** How far a report reaches: up to when, what was left out of it, and how exact it is. */

import type { Summary } from "../api/types";
import { fullCount } from "../words/numbers";
import { isWord, useWords } from "../words/words";
import { timeInZone } from "./dates";

export function Coverage({ summary }: { summary: Summary }) {
  const { t, language } = useWords();
  const { bots, exact, through, range } = summary;
  const reasons = Object.entries(bots.byReason);
  const isBegun = Date.parse(through) > 0;
  return (
    <div className="coverage">
      <p>
        {isBegun
          ? t("through", { time: timeInZone(language, range.timezone, through, new Date()) })
          : t("throughNever")}
      </p>
      {!exact && <p>≈ {t("aboutText")}</p>}
      {bots.events > 0 && (
        <p>
          {t("botsLeftOut", { count: fullCount(language, bots.events) })} (
          {reasons.map(([reason, events], place) => (
            <span key={reason}>
              {place > 0 && ", "}
              {botReason(reason)} {fullCount(language, events)}
            </span>
          ))}
          )
        </p>
      )}
    </div>
  );

  function botReason(reason: string): string {
    const key = `bot_${reason}`;
    return isWord(key) ? t(key) : reason;
  }
}
