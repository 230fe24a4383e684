/** What follows a log-in: the session begins, and the page that was asked for opens. */

import { useRouter } from "@tanstack/react-router";
import type { LoggedIn } from "../api/types";
import { returnPath } from "../app/return-path";
import { session } from "./session";

/** Answer the function that takes a log-in's answer. */
export function useEnter(next: string | undefined): (answer: LoggedIn) => Promise<void> {
  const router = useRouter();
  return async (answer) => {
    session.enter(answer);
    await router.navigate({ href: returnPath(next), replace: true });
  };
}
