/** Lets components follow the session. */

import { useRouter } from "@tanstack/react-router";
import { useSyncExternalStore } from "react";
import type { LoggedIn, User } from "../api/types";
import { type SessionState, session } from "./session";

export const useSession = (): SessionState =>
  useSyncExternalStore(session.subscribe, session.state);

/** Answer the user, or null while nobody is logged in. */
export function useUser(): User | null {
  const state = useSession();
  return state.kind === "in" ? state.user : null;
}

/** Answer the function that takes a log-in's answer. */
export function useEnter(next: string | undefined): (answer: LoggedIn) => Promise<void> {
  const router = useRouter();
  return async (answer) => {
    session.enter(answer);
    await router.navigate({ href: returnPath(next), replace: true });
  };
}

const HOME = "/sites";

/** Answer the path that was asked for, or the list of sites where it leads elsewhere. */
export function returnPath(wanted: string | undefined): string {
  if (!wanted?.startsWith("/")) return HOME;
  // The browser reads `//host` and `/\host` as another origin.
  const origin = "http://here.invalid";
  const isHere = URL.canParse(wanted, origin) && new URL(wanted, origin).origin === origin;
  return isHere ? wanted : HOME;
}
