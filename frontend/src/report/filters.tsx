/** The filters of a report as chips, and the dialog that adds one. */

import { useQuery } from "@tanstack/react-query";
import { useId, useState } from "react";
import { Button } from "../components/button";
import { ChoiceMenu } from "../components/choice";
import { FormDialog } from "../components/dialog";
import { ChoiceField, TextField } from "../components/form";
import { useWords } from "../words/words";
import { OP_WORDS, valueName } from "./names";
import {
  addFilter,
  apiParams,
  DIMENSIONS,
  type Dimension,
  type Filter,
  formatFilter,
  OPS,
  parseFilter,
} from "./query";
import { breakdownQuery, type ReportState } from "./use-report";

export function Filters(report: ReportState) {
  const { t } = useWords();
  const { query, update } = report;
  const [isAdding, setAdding] = useState(false);
  const { filters } = query;
  const put = (place: number, ...instead: Filter[]) =>
    update({ filters: [...filters.slice(0, place), ...instead, ...filters.slice(place + 1)] });
  return (
    <>
      {filters.map((filter, place) => (
        <Chip
          key={formatFilter(filter)}
          filter={filter}
          onChange={(changed) => put(place, changed)}
          onRemove={() => put(place)}
        />
      ))}
      <Button onClick={() => setAdding(true)}>{t("addFilter")}</Button>
      {filters.length > 1 && (
        <button
          type="button"
          className="link"
          onClick={() => update({ filters: [], invalidFilters: [] })}
        >
          {t("clearFilters")}
        </button>
      )}
      {isAdding && (
        <FilterDialog
          report={report}
          onAdd={(added) => {
            setAdding(false);
            update({ filters: addFilter(filters, added) });
          }}
          onClose={() => setAdding(false)}
        />
      )}
    </>
  );
}

interface ChipProps {
  filter: Filter;
  onChange(filter: Filter): void;
  onRemove(): void;
}

function Chip({ filter, onChange, onRemove }: ChipProps) {
  const words = useWords();
  const { t } = words;
  const { dimension, op } = filter;
  const name = t(dimension);
  // A part of a value has no name.
  const value =
    op === "contains"
      ? t("quoted", { text: filter.value })
      : valueName(dimension, filter.value, words);
  return (
    <span className="chip">
      <ChoiceMenu
        className="chip-op"
        label={t("changeFilter")}
        choices={OPS.map((each) => ({ value: each, text: t(OP_WORDS[each]) }))}
        chosen={op}
        onChoose={(chosen) => onChange({ ...filter, op: chosen })}
      >
        {name} {t(OP_WORDS[op])}
      </ChoiceMenu>{" "}
      <strong title={value}>
        <bdi>{value}</bdi>
      </strong>
      <button
        type="button"
        className="chip-remove"
        aria-label={t("removeFilter", { filter: `${name} ${t(OP_WORDS[op])} ${value}` })}
        onClick={onRemove}
      >
        <svg viewBox="0 0 24 24" aria-hidden="true">
          <path d="M7 7l10 10M17 7L7 17" stroke="currentColor" strokeWidth="2.4" />
        </svg>
      </button>
    </span>
  );
}

const MAX_ROWS = 100;

interface FilterDialogProps {
  report: ReportState;
  onAdd(filter: Filter): void;
  onClose(): void;
}

export function FilterDialog({ report, onAdd, onClose }: FilterDialogProps) {
  const words = useWords();
  const { t } = words;
  const suggested = useId();
  const [dimension, setDimension] = useState<Dimension>("page");
  const { compare: _, ...params } = apiParams(report.siteId, report.query);
  const known = useQuery(breakdownQuery({ ...params, dimension, limit: MAX_ROWS, page: 1 }));

  async function add(values: FormData): Promise<void> {
    const parts = ["dimension", "op", "value"].map((name) => String(values.get(name) ?? ""));
    const filter = parseFilter(parts.join(":"));
    if (filter) onAdd(filter);
  }

  return (
    <FormDialog title={t("addFilter")} submit={t("addFilter")} onSubmit={add} onClose={onClose}>
      {" "}
      <ChoiceField
        name="dimension"
        label={t("filterDimension")}
        value={dimension}
        onChange={(change) => setDimension(change.target.value as Dimension)}
      >
        {DIMENSIONS.map((value) => (
          <option key={value} value={value}>
            {t(value)}
          </option>
        ))}
      </ChoiceField>
      <ChoiceField name="op" label={t("filterOp")} defaultValue="is">
        {OPS.map((value) => (
          <option key={value} value={value}>
            {t(OP_WORDS[value])}
          </option>
        ))}
      </ChoiceField>
      <TextField
        name="value"
        label={t("filterValue")}
        hint={t("filterValueHint")}
        list={suggested}
        maxLength={2048}
        autoComplete="off"
      />
      <datalist id={suggested}>
        {known.data?.rows.map(
          ({ value }) =>
            value && (
              <option key={value} value={value}>
                {valueName(dimension, value, words)}
              </option>
            ),
        )}
      </datalist>
    </FormDialog>
  );
}
