/** What is shown in place of content: a skeleton while it loads, an empty state, a failure. */

import type { ReactNode } from "react";
import { useWords } from "../words/words";
import { Button } from "./button";
import { failureWords } from "./failure-words";

export function Loading({ lines = 3 }: { lines?: number }) {
  const { t } = useWords();
  return (
    <div className="loading" role="status">
      <span className="visually-hidden">{t("loading")}</span>
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
  return (
    <div className="failure" role="alert">
      <strong>{title ?? what}</strong>
      {!title && help && <p>{help}</p>}
      {request && <p className="failure-request">{words.t("requestId", { id: request })}</p>}
      {onRetry && <Button onClick={onRetry}>{words.t("retry")}</Button>}
    </div>
  );
}
