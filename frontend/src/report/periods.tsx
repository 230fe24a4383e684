/** Chooses the days of a report and what they are compared with. */

import { useState } from "react";
import type { Range } from "../api/types";
import { Button } from "../components/button";
import { ChoiceMenu } from "../components/choice-menu";
import { Dialog } from "../components/dialog";
import { TextField } from "../components/field";
import { Form, textOf } from "../components/form";
import { useWords, type Word } from "../words/words";
import type { Asking } from "./asking";
import { COMPARISONS, PERIODS, type Period, type Question } from "./question";

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

const COMPARISON_WORDS: Record<Question["compare"], Word> = {
  previous: "comparePrevious",
  year: "compareYear",
  none: "compareNone",
};

interface PeriodsProps extends Asking {
  /** The days that the answer covers. */
  range: Range | undefined;
}

export function Periods({ question, ask, range }: PeriodsProps) {
  const { t } = useWords();
  const [isChoosing, setChoosing] = useState(false);
  return (
    <>
      <ChoiceMenu
        label={t("period")}
        choices={PERIODS.map((value) => ({ value, text: t(PERIOD_WORDS[value]) }))}
        chosen={question.period}
        onChoose={(period) => (period === "custom" ? setChoosing(true) : ask({ period }))}
      >
        {t(PERIOD_WORDS[question.period])}
      </ChoiceMenu>
      <ChoiceMenu
        label={t("compare")}
        choices={COMPARISONS.map((value) => ({ value, text: t(COMPARISON_WORDS[value]) }))}
        chosen={question.compare}
        onChoose={(compare) => ask({ compare })}
      >
        {t(COMPARISON_WORDS[question.compare])}
      </ChoiceMenu>
      {isChoosing && (
        <CustomDialog
          question={question}
          range={range}
          onChoose={(from, to) => {
            setChoosing(false);
            ask({ period: "custom", from, to });
          }}
          onClose={() => setChoosing(false)}
        />
      )}
    </>
  );
}

interface CustomDialogProps {
  question: Question;
  range: Range | undefined;
  onChoose(from: string, to: string): void;
  onClose(): void;
}

function CustomDialog({ question, range, onChoose, onClose }: CustomDialogProps) {
  const { t } = useWords();
  const [from, setFrom] = useState(question.from || range?.from || "");
  const [to, setTo] = useState(question.to || range?.to || "");
  return (
    <Dialog title={t("periodCustom")} onClose={onClose}>
      <Form
        submit={t("show")}
        isReady={from !== "" && to !== "" && from <= to}
        onSubmit={async (values) => onChoose(textOf(values, "from"), textOf(values, "to"))}
        aside={<Button onClick={onClose}>{t("cancel")}</Button>}
      >
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
      </Form>
    </Dialog>
  );
}
