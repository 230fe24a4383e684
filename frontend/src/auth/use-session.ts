/** The session in components: who is logged in, and what follows a log-in. */

import { useRouter } from "@tanstack/react-router";
import { useSyncExternalStore } from "react";
import type { LoggedIn, User } from "../api/types";
import { type SessionState, session } from "./session";

export const useSession = (): SessionState =>
  useSyncExternalStore(session.subscribe, session.state);

/** Return the user, or null if nobody is logged in. */
export function useUser(): User | null {
  const state = useSession();
  return state.kind === "in" ? state.user : null;
}

/** Return a function that starts the session and opens the page at `next`. */
export function useLogIn(next: string | undefined): (answer: LoggedIn) => Promise<void> {
  const router = useRouter();
  return async (answer) => {
    session.begin(answer);
    await router.navigate({ href: returnPath(next), replace: true });
  };
}

const HOME = "/sites";

/** Return the wanted path if it is within the dashboard, else the list of sites. */
export function returnPath(wanted: string | undefined): string {
  if (!wanted?.startsWith("/")) return HOME;
  // The browser reads `//host` and `/\host` as another origin.
  const origin = "http://here.invalid";
  const isHere = URL.canParse(wanted, origin) && new URL(wanted, origin).origin === origin;
  return isHere ? wanted : HOME;
}
