/** Asks for a filter, and suggests the values that the days of the report have. */

import { useQuery } from "@tanstack/react-query";
import { useId, useState } from "react";
import { Button } from "../components/button";
import { Dialog } from "../components/dialog";
import { ChoiceField, TextField } from "../components/field";
import { Form } from "../components/form";
import { useWords } from "../words/words";
import { type Asking, breakdownQuery } from "./asking";
import { DIMENSION_WORDS, DIMENSIONS, OP_WORDS, valueName } from "./names";
import { type Dimension, type Filter, filterOf, OPS, queryOf } from "./question";

const MOST = 100;

interface FilterDialogProps {
  asking: Asking;
  onAdd(filter: Filter): void;
  onClose(): void;
}

export function FilterDialog({ asking, onAdd, onClose }: FilterDialogProps) {
  const words = useWords();
  const { t } = words;
  const suggested = useId();
  const [dimension, setDimension] = useState<Dimension>("page");
  const { compare: _, ...query } = queryOf(asking.siteId, asking.question);
  const known = useQuery(breakdownQuery({ ...query, dimension, limit: MOST, page: 1 }));

  async function add(values: FormData): Promise<void> {
    const parts = ["dimension", "op", "value"].map((name) => String(values.get(name) ?? ""));
    const filter = filterOf(parts.join(":"));
    if (filter) onAdd(filter);
  }

  return (
    <Dialog title={t("addFilter")} onClose={onClose}>
      <Form
        submit={t("addFilter")}
        onSubmit={add}
        aside={<Button onClick={onClose}>{t("cancel")}</Button>}
      >
        <ChoiceField
          name="dimension"
          label={t("filterDimension")}
          value={dimension}
          onChange={(change) => setDimension(change.target.value as Dimension)}
        >
          {DIMENSIONS.map((value) => (
            <option key={value} value={value}>
              {t(DIMENSION_WORDS[value])}
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
      </Form>
    </Dialog>
  );
}
