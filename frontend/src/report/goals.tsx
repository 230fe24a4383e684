/** The site's goals with their conversions; choosing one shows its conversions in every card. */

import { useState } from "react";
import { addGoal, deleteGoal } from "../api/calls";
import type { GoalFigures, NewGoal } from "../api/types";
import { Button } from "../components/button";
import { Card } from "../components/card";
import { FormDialog } from "../components/dialog";
import { ChoiceField, TextField, textOf } from "../components/form";
import { useToast } from "../components/toast";
import { percent } from "../words/formats";
import { useWords } from "../words/words";
import { count, NO_NUMBER } from "./formats";
import { type ReportState, useRefresh } from "./use-report";

interface GoalsProps extends ReportState {
  goals: readonly GoalFigures[];
}

export function Goals({ siteId, query, update, goals }: GoalsProps) {
  const { t } = useWords();
  const toast = useToast();
  const refresh = useRefresh(siteId);
  const [isAdding, setAdding] = useState(false);
  const [leaving, setLeaving] = useState<GoalFigures>();

  async function add(values: FormData): Promise<void> {
    await addGoal(siteId, {
      name: textOf(values, "name"),
      kind: textOf(values, "kind") as NewGoal["kind"],
      pattern: textOf(values, "pattern"),
    });
    await refresh();
    setAdding(false);
    toast(t("goalAdded"));
  }

  async function remove(goal: GoalFigures): Promise<void> {
    await deleteGoal(siteId, goal.id);
    if (query.goal === goal.id) update({ goal: undefined });
    await refresh();
    setLeaving(undefined);
    toast(t("goalDeleted"));
  }

  return (
    <Card
      title={t("goals")}
      isFlush
      actions={<Button onClick={() => setAdding(true)}>{t("newGoal")}</Button>}
    >
      {goals.length === 0 ? (
        <p className="bars-empty">{t("noGoals")}</p>
      ) : (
        <GoalRows
          goals={goals}
          chosen={query.goal}
          onChoose={(goal) => update({ goal: goal === query.goal ? undefined : goal })}
          onDelete={setLeaving}
        />
      )}
      {isAdding && (
        <FormDialog
          title={t("newGoal")}
          submit={t("newGoal")}
          onSubmit={add}
          onClose={() => setAdding(false)}
        >
          {" "}
          <GoalFields />
        </FormDialog>
      )}
      {leaving && (
        <FormDialog
          title={t("deleteGoal")}
          submit={t("delete")}
          kind="danger"
          onSubmit={() => remove(leaving)}
          onClose={() => setLeaving(undefined)}
        >
          {" "}
          <p>{t("deleteGoalText", { name: leaving.name })}</p>
        </FormDialog>
      )}
    </Card>
  );
}

interface GoalRowsProps {
  goals: readonly GoalFigures[];
  chosen: string | undefined;
  onChoose(id: string): void;
  onDelete(goal: GoalFigures): void;
}

function GoalRows({ goals, chosen, onChoose, onDelete }: GoalRowsProps) {
  const { t, language } = useWords();
  return (
    <table className="bars">
      <caption className="sr-only">{t("goals")}</caption>
      <thead>
        <tr>
          <th scope="col">{t("goal")}</th>
          <th scope="col">{t("conversions")}</th>
          <th scope="col">{t("conversionRate")}</th>
          <th scope="col">
            <span className="sr-only">{t("delete")}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {goals.map((goal) => (
          <tr key={goal.id}>
            <th scope="row">
              <span className="bar" style={{ width: `${100 * (goal.rate ?? 0)}%` }} />
              <button
                type="button"
                className="bar-name"
                aria-pressed={goal.id === chosen}
                title={t("goalChoose")}
                onClick={() => onChoose(goal.id)}
              >
                <bdi>{goal.name}</bdi>
              </button>
            </th>
            <td>{goal.conversions === null ? NO_NUMBER : count(language, goal.conversions)}</td>
            <td>{goal.rate === null ? NO_NUMBER : percent(language, goal.rate)}</td>
            <td>
              <button
                type="button"
                className="chip-remove"
                aria-label={`${t("deleteGoal")} ${goal.name}`}
                onClick={() => onDelete(goal)}
              >
                <svg viewBox="0 0 24 24" aria-hidden="true">
                  <path d="M7 7l10 10M17 7L7 17" stroke="currentColor" strokeWidth="2.4" />
                </svg>
              </button>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function GoalFields() {
  const { t } = useWords();
  const [kind, setKind] = useState<NewGoal["kind"]>("page");
  return (
    <>
      <TextField name="name" label={t("goalName")} maxLength={200} autoComplete="off" required />
      <ChoiceField
        name="kind"
        label={t("goalKind")}
        value={kind}
        onChange={(change) => setKind(change.target.value as NewGoal["kind"])}
      >
        <option value="page">{t("goalPage")}</option>
        <option value="event">{t("goalEvent")}</option>
      </ChoiceField>
      <TextField
        name="pattern"
        label={t(kind === "page" ? "goalPath" : "goalEventName")}
        hint={t(kind === "page" ? "goalPathHint" : "goalEventHint")}
        autoComplete="off"
        required
      />
    </>
  );
}
