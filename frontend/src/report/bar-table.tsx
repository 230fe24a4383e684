/** Rows as bars: as long as their visitors are many; a click on one asks for it alone. */

import type { Row } from "../api/types";
import { useWords } from "../words/words";
import { fewColumns, headingOf } from "./columns";
import { DIMENSION_WORDS, valueName } from "./names";
import type { Dimension } from "./query";

interface BarTableProps {
  rows: readonly Row[];
  dimension: Dimension;
  hasGoal: boolean;
  isExact: boolean;
  onFilter(value: string): void;
}

export function BarTable({ rows, dimension, hasGoal, isExact, onFilter }: BarTableProps) {
  const words = useWords();
  const { t } = words;
  const columns = fewColumns(dimension, hasGoal);
  const most = Math.max(...rows.map((row) => row.visitors), 1);
  return (
    <table className="bars">
      <caption className="visually-hidden">{t(DIMENSION_WORDS[dimension])}</caption>
      <thead>
        <tr>
          <th scope="col">{t(DIMENSION_WORDS[dimension])}</th>
          {columns.map((column) => (
            <th key={column.heading} scope="col">
              {headingOf(column, isExact, words)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.value ?? "\0other"}>
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

/** A row's name: a button that asks for it alone, where the API can. */
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
