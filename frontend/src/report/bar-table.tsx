/** Rows of a breakdown: their columns, and the table with a bar for the visitors of each. */

import type { Breakdown, Row } from "../api/types";
import { percent } from "../words/formats";
import { useWords, type Word, type Words } from "../words/words";
import { count, duration, NO_NUMBER } from "./formats";
import { valueName } from "./names";
import type { Dimension } from "./query";

interface BarTableProps {
  answer: Pick<Breakdown, "rows" | "exact">;
  dimension: Dimension;
  hasGoal: boolean;
  onFilter(value: string): void;
}

export function BarTable({ answer, dimension, hasGoal, onFilter }: BarTableProps) {
  const { rows } = answer;
  const words = useWords();
  const { t } = words;
  const columns = fewColumns(dimension, hasGoal);
  const most = Math.max(...rows.map((row) => row.visitors), 1);
  return (
    <table className="bars">
      <caption className="sr-only">{t(dimension)}</caption>
      <thead>
        <tr>
          <th scope="col">{t(dimension)}</th>
          {columns.map((column) => (
            <th key={column.heading} scope="col">
              {headingOf(column, answer, words)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row, place) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: pages stored by old versions may share a name
          <tr key={place}>
            <th scope="row">
              <span className="bar" style={{ width: `${(100 * row.visitors) / most}%` }} />
              <Name row={row} dimension={dimension} onFilter={onFilter} />
            </th>
            {columns.map(({ heading, text }) => (
              <td key={heading}>{text(row, words)}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

interface NameProps {
  row: Row;
  dimension: Dimension;
  onFilter(value: string): void;
}

/** A row's name: a button that filters by it, except for the sum of other values. */
export function Name({ row, dimension, onFilter }: NameProps) {
  const words = useWords();
  const { value } = row;
  const name = valueName(dimension, value, words);
  if (value === null) return <span className="bar-name">{name}</span>;
  return (
    <button
      type="button"
      className="bar-name"
      title={words.t("filterBy", { value: name })}
      onClick={() => onFilter(value)}
    >
      <bdi>{name}</bdi>
    </button>
  );
}

export interface NumberColumn {
  heading: Word;
  /** Whether some of its numbers in an answer are estimates. */
  isEstimate?(answer: Pick<Breakdown, "rows" | "exact">): boolean;
  text(row: Row, words: Words): string;
}

/** Return a column's heading, marked if its numbers are estimates. */
export const headingOf = (
  { heading, isEstimate }: NumberColumn,
  answer: Pick<Breakdown, "rows" | "exact">,
  { t }: Words,
) => (isEstimate?.(answer) ? `≈ ${t(heading)}` : t(heading));

const or = <Value,>(value: Value | null, write: (value: Value) => string): string =>
  value === null ? NO_NUMBER : write(value);

const VISITORS: NumberColumn = {
  heading: "visitors",
  isEstimate: ({ rows }) => rows.some((row) => !row.exact),
  text: (row, { language }) => count(language, row.visitors),
};
const VISITS: NumberColumn = {
  heading: "visits",
  text: (row, { language }) => count(language, row.visits),
};
const VIEWS: NumberColumn = {
  heading: "pageviews",
  text: (row, { language }) => count(language, row.pageviews),
};
const EVENTS: NumberColumn = {
  heading: "events",
  text: (row, { language }) => count(language, row.events),
};
const SHARE: NumberColumn = {
  heading: "share",
  isEstimate: ({ exact }) => !exact,
  text: (row, { language }) => percent(language, row.share),
};
const BOUNCES: NumberColumn = {
  heading: "bounceRate",
  text: (row, { language }) => or(row.bounceRate, (value) => percent(language, value)),
};
const DURATION: NumberColumn = {
  heading: "visitDuration",
  text: (row, { language }) => or(row.visitDuration, (value) => duration(language, value)),
};
const CONVERSIONS: NumberColumn = {
  heading: "conversions",
  text: (row, { language }) => or(row.conversions, (value) => count(language, value)),
};
const RATE: NumberColumn = {
  heading: "conversionRate",
  text: (row, { language }) => or(row.conversionRate, (value) => percent(language, value)),
};

const EVENTFUL: readonly string[] = ["event", "outbound", "download", "payload"];

/** Return the few columns of a card. */
export function fewColumns(dimension: Dimension, hasGoal: boolean): readonly NumberColumn[] {
  if (hasGoal) return [CONVERSIONS, RATE];
  return EVENTFUL.includes(dimension) ? [EVENTS, VISITORS] : [VISITORS, SHARE];
}

/** Return all columns of a dimension. */
export function allColumns(
  dimension: Dimension | "payload",
  hasGoal: boolean,
): readonly NumberColumn[] {
  const goal = hasGoal ? [CONVERSIONS, RATE] : [];
  if (EVENTFUL.includes(dimension)) return [EVENTS, VISITORS, SHARE, ...goal];
  const whole = dimension === "page" ? [] : [BOUNCES, DURATION];
  return [VISITORS, SHARE, VISITS, VIEWS, ...whole, ...goal];
}
