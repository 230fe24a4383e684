/** What happens when the user changes or goes: nothing of the one before stays. */

import type { QueryClient } from "@tanstack/react-query";
import type { Session } from "../auth/session";

/** Forget all answers when the user changes; call `onChange` then, but not at the first look. */
export function watchUser(session: Session, answers: QueryClient, onChange: () => void): void {
  const idOf = () => {
    const state = session.state();
    return state.kind === "in" ? state.user.id : null;
  };
  let known = idOf();
  session.subscribe(() => {
    const id = idOf();
    if (id === known) return;
    const isFirst = known === null;
    known = id;
    answers.clear();
    if (!isFirst) onChange();
  });
}
