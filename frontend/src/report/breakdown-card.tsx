/** The cards of a report: the top values of a dimension, with a button for all of them. */

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Breakdown } from "../api/types";
import { Button } from "../components/button";
import { Card } from "../components/card";
import { type Choice, ChoiceMenu, TabButtons } from "../components/choice";
import { Failure, Loading } from "../components/states";
import { useWords, type Word } from "../words/words";
import { BarTable } from "./bar-table";
import { DetailsDialog } from "./details-dialog";
import { addFilter, apiParams, DIMENSIONS, type Dimension } from "./query";
import { breakdownQuery, type ReportState } from "./use-report";

const MAX_ROWS = 8;

interface BreakdownCardProps extends ReportState {
  card: CardOf;
}

export function BreakdownCard({ card, ...report }: BreakdownCardProps) {
  const { t } = useWords();
  const [dimension, setDimension] = useState<Dimension>(card.tabs[0] ?? "page");
  const [isOpen, setOpen] = useState(false);
  const { siteId, query, update } = report;
  const { compare: _, ...params } = apiParams(siteId, query);
  const answer = useQuery(
    breakdownQuery({
      ...params,
      dimension,
      ...(query.goal && { goal: query.goal }),
      limit: MAX_ROWS,
      page: 1,
    }),
  );

  const named = (dimensions: readonly Dimension[]) =>
    dimensions.map((value): Choice<Dimension> => ({ value, text: t(value) }));
  const isMore = card.more.includes(dimension);
  function filter(value: string): void {
    update({ filters: addFilter(query.filters, { dimension, op: "is", value }) });
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
                {isMore ? t(dimension) : t("campaigns")}
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
          isStale={answer.isPlaceholderData}
          dimension={dimension}
          hasGoal={query.goal !== undefined}
          onFilter={filter}
          onOpen={() => setOpen(true)}
        />
      )}
      {isOpen && (
        <DetailsDialog
          report={report}
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
  /** Whether the data is still that of the previous query. */
  isStale: boolean;
  dimension: Dimension;
  hasGoal: boolean;
  onFilter(value: string): void;
  onOpen(): void;
}

function Rows({ answer, isStale, dimension, hasGoal, onFilter, onOpen }: RowsProps) {
  const { t } = useWords();
  if (answer.rows.length === 0) return <p className="bars-empty">{t("noRows")}</p>;
  return (
    <div className="bars-box" data-stale={isStale || undefined}>
      <BarTable answer={answer} dimension={dimension} hasGoal={hasGoal} onFilter={onFilter} />
      <p className="rows-end">
        <Button onClick={onOpen}>{t("allRows")}</Button>
      </p>
    </div>
  );
}

export interface CardOf {
  title: Word;
  /** Dimensions chosen by tabs. */
  tabs: readonly Dimension[];
  /** Dimensions chosen by the menu beside the tabs. */
  more: readonly Dimension[];
}

export const CARDS: readonly CardOf[] = [
  { title: "pages", tabs: ["page", "entry_page", "exit_page"], more: [] },
  {
    title: "sources",
    tabs: ["channel", "source", "referrer"],
    more: DIMENSIONS.filter((dimension) => dimension.startsWith("utm_")),
  },
  { title: "places", tabs: ["country", "region", "city", "network"], more: [] },
  { title: "devices", tabs: ["browser", "os", "device", "screen", "language"], more: [] },
  { title: "events", tabs: ["event", "outbound", "download"], more: [] },
];
