/** The table; on a phone each row becomes a block with headings beside the values. */

import type { ReactNode } from "react";

export interface Column<Row> {
  heading: string;
  cell(row: Row): ReactNode;
  /** Whether this cell names the row. */
  isName?: boolean;
  /** Whether it holds numbers, which are right-aligned. */
  isNumber?: boolean;
}

interface TableProps<Row> {
  caption: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  keyOf(row: Row, place: number): string;
}

export function Table<Row>({ caption, columns, rows, keyOf }: TableProps<Row>) {
  return (
    <table className="table">
      <caption className="sr-only">{caption}</caption>
      <thead>
        <tr>
          {columns.map((column) => (
            <th key={column.heading} scope="col" data-number={column.isNumber}>
              {column.heading}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row, place) => (
          <tr key={keyOf(row, place)}>
            {columns.map((column) => {
              const Cell = column.isName ? "th" : "td";
              return (
                <Cell
                  key={column.heading}
                  scope={column.isName ? "row" : undefined}
                  data-heading={column.heading}
                  data-number={column.isNumber}
                >
                  {column.cell(row)}
                </Cell>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
