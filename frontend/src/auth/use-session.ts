/** Lets components follow the session. */

import { useSyncExternalStore } from "react";
import type { User } from "../api/types";
import { type SessionState, session } from "./session";

export const useSession = (): SessionState =>
  useSyncExternalStore(session.subscribe, session.state);

/** Answer the user, or null while nobody is logged in. */
export function useUser(): User | null {
  const state = useSession();
  return state.kind === "in" ? state.user : null;
}
