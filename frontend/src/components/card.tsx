/** The card: a titled surface. */

import { type ReactNode, useId } from "react";

interface CardProps {
  title: ReactNode;
  actions?: ReactNode;
  /** Whether the content has its own padding, as tables and lists do. */
  isFlush?: boolean;
  tone?: "danger";
  children: ReactNode;
}

export function Card({ title, actions, isFlush = false, tone, children }: CardProps) {
  const id = useId();
  return (
    <section className="card" aria-labelledby={id} data-tone={tone}>
      <div className="card-head">
        <h2 id={id}>{title}</h2>
        {actions && <div className="card-actions">{actions}</div>}
      </div>
      <div className={isFlush ? "card-flush" : "card-body"}>{children}</div>
    </section>
  );
}
