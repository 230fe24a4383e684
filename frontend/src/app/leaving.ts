/** What happens when the user changes or goes: nothing of the one before stays. */

import type { QueryClient } from "@tanstack/react-query";
import type { Session } from "../auth/session";

/** Forget all answers when the user goes or is another one, and call `onChange` then. */
export function watchUser(session: Session, answers: QueryClient, onChange: () => void): void {
  const idOf = () => {
    const state = session.state();
    return state.kind === "in" ? state.user.id : null;
  };
  let known = idOf();
  session.subscribe(() => {
    const id = idOf();
    if (id === known) return;
    const wasSomebody = known !== null;
    known = id;
    if (!wasSomebody) return;
    answers.clear();
    onChange();
  });
}
