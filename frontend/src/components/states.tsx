/** What is shown in place of content: a skeleton while it loads, an empty state, a failure. */

import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { ApiError } from "../api/problem";
import { useWords } from "../words/words";
import { Button } from "./button";
import { failureWords } from "./failure-words";

export function Loading({ lines = 3 }: { lines?: number | undefined }) {
  const { t } = useWords();
  return (
    <div className="loading" role="status">
      <span className="sr-only">{t("loading")}</span>
      {Array.from({ length: lines }, (_, line) => `line-${line}`).map((key) => (
        <div key={key} className="skeleton" />
      ))}
    </div>
  );
}

interface EmptyProps {
  title: string;
  text: string;
  children?: ReactNode;
}

export function Empty({ title, text, children }: EmptyProps) {
  return (
    <div className="empty">
      <p className="empty-title">{title}</p>
      <p>{text}</p>
      {children && <p className="empty-action">{children}</p>}
    </div>
  );
}

interface FailureProps {
  failure: unknown;
  onRetry?: () => void;
  /** A better title than the status gives. */
  title?: string | undefined;
}

export function Failure({ failure, onRetry, title }: FailureProps) {
  const words = useWords();
  const { what, help, request } = failureWords(failure, words);
  // How long to wait is part of no title.
  const isWaiting = failure instanceof ApiError && failure.status === 429;
  return (
    <div className="failure" role="alert">
      <strong>{title ?? what}</strong>
      {(!title || isWaiting) && help && <p>{help}</p>}
      {request && <p className="failure-request">{words.t("requestId", { id: request })}</p>}
      {onRetry && <Button onClick={onRetry}>{words.t("retry")}</Button>}
    </div>
  );
}

interface QueryContentProps<Data> {
  query: Pick<UseQueryResult<Data>, "data" | "error" | "isPending" | "isError" | "refetch">;
  /** Lines of the skeleton. */
  lines?: number | undefined;
  children(data: Data): ReactNode;
}

/** The data of a query; a skeleton while it loads, the failure if it failed. */
export function QueryContent<Data>({ query, lines, children }: QueryContentProps<Data>) {
  if (query.isPending) return <Loading lines={lines} />;
  if (query.isError) return <Failure failure={query.error} onRetry={() => void query.refetch()} />;
  return children(query.data as Data);
}
