/** The metrics of a range with their change; each chooses the chart's. */

import type { Summary } from "../api/types";
import { fullCount } from "../words/formats";
import { useWords } from "../words/words";
import { rangeName } from "./formats";
import { type Change, changeOf, formatMetric, marked } from "./metrics";
import { METRICS, type Metric } from "./query";
import type { ReportState } from "./use-report";

interface TilesProps extends ReportState {
  summary: Summary;
}

export function Tiles({ summary, query, update }: TilesProps) {
  const { t } = useWords();
  return (
    <ul className="tiles" aria-label={t("figures")}>
      {METRICS.map((name) => (
        <li key={name}>
          <button
            type="button"
            className="tile"
            aria-pressed={query.metric === name}
            onClick={() => update({ metric: name })}
          >
            <Tile name={name} summary={summary} />
          </button>
        </li>
      ))}
    </ul>
  );
}

function Tile({ name, summary }: { name: Metric; summary: Summary }) {
  const { t, language } = useWords();
  const { metrics, comparison, exact } = summary;
  const value = metrics[name];
  const about = marked(name, exact, "");
  const isCount = name === "visitors" || name === "visits" || name === "pageviews";
  return (
    <>
      <span className="tile-name">{t(name)}</span>
      <strong
        className="tile-value"
        title={isCount && value !== null ? fullCount(language, value) : undefined}
      >
        {about && <abbr title={t("aboutText")}>{about}</abbr>}
        {formatMetric(language, name, value)}
      </strong>
      {comparison && (
        <span className="tile-change">
          <ChangeText name={name} change={changeOf(language, name, metrics, comparison.metrics)} />
          <span className="tile-before">
            {t("against", {
              value: marked(
                name,
                comparison.exact,
                formatMetric(language, name, comparison.metrics[name]),
              ),
            })}
            <span className="sr-only"> ({rangeName(language, comparison.range)})</span>
          </span>
        </span>
      )}
    </>
  );
}

const MARKS: Record<Change["direction"], string> = { up: "↑", down: "↓", same: "=" };

function ChangeText({ name, change }: { name: Metric; change: Change | null }) {
  const { t } = useWords();
  if (!change) return null;
  const text = name === "bounceRate" ? t("points", { value: change.text }) : change.text;
  return (
    <span className="change" data-good={change.isGood}>
      <span aria-hidden="true">{MARKS[change.direction]} </span>
      <span className="sr-only">{t(change.direction)} </span>
      {change.direction === "same" ? "" : text}
    </span>
  );
}
