/** A card of the most frequent values of a dimension, with the way to all of them. */

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Breakdown } from "../api/types";
import { Button } from "../components/button";
import { Card } from "../components/card";
import { type Choice, ChoiceMenu } from "../components/choice-menu";
import { Failure, Loading } from "../components/states";
import { TabButtons } from "../components/tab-buttons";
import { useWords } from "../words/words";
import { type Asking, breakdownQuery } from "./asking";
import { Bars } from "./bars";
import type { CardOf } from "./cards";
import { DIMENSION_WORDS } from "./names";
import { type Dimension, queryOf, withFilter } from "./question";
import { RowsDialog } from "./rows-dialog";

const MOST = 8;

interface BreakdownCardProps extends Asking {
  card: CardOf;
}

export function BreakdownCard({ card, ...asking }: BreakdownCardProps) {
  const { t } = useWords();
  const [dimension, setDimension] = useState<Dimension>(card.tabs[0] ?? "page");
  const [isOpen, setOpen] = useState(false);
  const { siteId, question, ask } = asking;
  const { compare: _, ...query } = queryOf(siteId, question);
  const answer = useQuery(
    breakdownQuery({
      ...query,
      dimension,
      ...(question.goal && { goal: question.goal }),
      limit: MOST,
      page: 1,
    }),
  );

  const named = (dimensions: readonly Dimension[]) =>
    dimensions.map((value): Choice<Dimension> => ({ value, text: t(DIMENSION_WORDS[value]) }));
  const isMore = card.more.includes(dimension);
  function filter(value: string): void {
    ask({ filters: withFilter(question.filters, { dimension, op: "is", value }) });
  }

  return (
    <Card
      title={t(card.title)}
      isFlush
      actions={
        <>
          <TabButtons
            label={t(card.title)}
            tabs={named(card.tabs)}
            chosen={dimension}
            onChoose={(value) => setDimension(value)}
          />
          {card.more.length > 0 && (
            <ChoiceMenu
              className="tab-more"
              label={t(card.title)}
              choices={named(card.more)}
              chosen={isMore ? dimension : undefined}
              onChoose={(value) => setDimension(value)}
            >
              <span data-chosen={isMore || undefined}>
                {isMore ? t(DIMENSION_WORDS[dimension]) : t("campaigns")}
              </span>
            </ChoiceMenu>
          )}
        </>
      }
    >
      {answer.isPending ? (
        <Loading lines={4} />
      ) : answer.isError && !answer.data ? (
        <Failure failure={answer.error} onRetry={() => void answer.refetch()} />
      ) : (
        <Rows
          answer={answer.data}
          isOld={answer.isPlaceholderData}
          dimension={dimension}
          hasGoal={question.goal !== undefined}
          onFilter={filter}
          onOpen={() => setOpen(true)}
        />
      )}
      {isOpen && (
        <RowsDialog
          asking={asking}
          dimension={dimension}
          onFilter={(value) => {
            setOpen(false);
            filter(value);
          }}
          onClose={() => setOpen(false)}
        />
      )}
    </Card>
  );
}

interface RowsProps {
  answer: Breakdown;
  /** Whether the answer is that of the question before. */
  isOld: boolean;
  dimension: Dimension;
  hasGoal: boolean;
  onFilter(value: string): void;
  onOpen(): void;
}

function Rows({ answer, isOld, dimension, hasGoal, onFilter, onOpen }: RowsProps) {
  const { t } = useWords();
  if (answer.rows.length === 0) return <p className="bars-none">{t("noRows")}</p>;
  return (
    <div className="bars-box" data-old={isOld || undefined}>
      <Bars
        rows={answer.rows}
        dimension={dimension}
        hasGoal={hasGoal}
        isExact={answer.exact}
        onFilter={onFilter}
      />
      <p className="rows-end">
        <Button onClick={onOpen}>{t("allRows")}</Button>
      </p>
    </div>
  );
}
