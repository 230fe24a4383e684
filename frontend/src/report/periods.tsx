/** The menus of a report's period and comparison, and the dialog for a custom period. */

import { useState } from "react";
import type { Range } from "../api/types";
import { ChoiceMenu } from "../components/choice";
import { FormDialog } from "../components/dialog";
import { TextField, textOf } from "../components/form";
import { useWords, type Word } from "../words/words";
import { COMPARISONS, PERIODS, type Period, type ReportQuery } from "./query";
import type { ReportState } from "./use-report";

const PERIOD_WORDS: Record<Period, Word> = {
  day: "periodDay",
  yesterday: "periodYesterday",
  "7d": "period7d",
  "30d": "period30d",
  "90d": "period90d",
  week: "periodWeek",
  month: "periodMonth",
  year: "periodYear",
  "12mo": "period12mo",
  all: "periodAll",
  custom: "periodCustom",
};

const COMPARISON_WORDS: Record<ReportQuery["compare"], Word> = {
  previous: "comparePrevious",
  year: "compareYear",
  none: "compareNone",
};

interface PeriodsProps extends ReportState {
  /** The dates of the report. */
  range: Range | undefined;
}

export function Periods({ query, update, range }: PeriodsProps) {
  const { t } = useWords();
  const [isChoosing, setChoosing] = useState(false);
  return (
    <>
      <ChoiceMenu
        label={t("period")}
        choices={PERIODS.map((value) => ({ value, text: t(PERIOD_WORDS[value]) }))}
        chosen={query.period}
        onChoose={(period) => (period === "custom" ? setChoosing(true) : update({ period }))}
      >
        {t(PERIOD_WORDS[query.period])}
      </ChoiceMenu>
      <ChoiceMenu
        label={t("compare")}
        choices={COMPARISONS.map((value) => ({ value, text: t(COMPARISON_WORDS[value]) }))}
        chosen={query.compare}
        onChoose={(compare) => update({ compare })}
      >
        {t(COMPARISON_WORDS[query.compare])}
      </ChoiceMenu>
      {isChoosing && (
        <CustomDialog
          query={query}
          range={range}
          onChoose={(from, to) => {
            setChoosing(false);
            update({ period: "custom", from, to });
          }}
          onClose={() => setChoosing(false)}
        />
      )}
    </>
  );
}

interface CustomDialogProps {
  query: ReportQuery;
  range: Range | undefined;
  onChoose(from: string, to: string): void;
  onClose(): void;
}

function CustomDialog({ query, range, onChoose, onClose }: CustomDialogProps) {
  const { t } = useWords();
  const [from, setFrom] = useState(query.from || range?.from || "");
  const [to, setTo] = useState(query.to || range?.to || "");
  return (
    <FormDialog
      title={t("periodCustom")}
      submit={t("show")}
      isReady={from !== "" && to !== "" && from <= to}
      onSubmit={async (values) => onChoose(textOf(values, "from"), textOf(values, "to"))}
      onClose={onClose}
    >
      {" "}
      <TextField
        name="from"
        label={t("firstDay")}
        type="date"
        value={from}
        max={to || undefined}
        onChange={(change) => setFrom(change.target.value)}
        required
      />
      <TextField
        name="to"
        label={t("lastDay")}
        type="date"
        value={to}
        min={from || undefined}
        onChange={(change) => setTo(change.target.value)}
        required
      />
    </FormDialog>
  );
}
