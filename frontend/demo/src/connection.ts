/** Shows how the feed is doing: its state, and after a failure what happened and what to do. */

import type { Failure } from "./api";
import { byId } from "./element";
import { nextTry, word } from "./words";

export type State = "loading" | "live" | "paused" | "waiting";

export interface Trouble {
  failure: Failure;
  requestId: string | null;
  nextMs: number;
}

export function drawState(state: State): void {
  const badge = byId("state");
  badge.dataset.state = state;
  badge.textContent = word(state);
}

function write(id: string, text: string): void {
  // Writing the same text again would make screen readers repeat it.
  if (byId(id).textContent !== text) byId(id).textContent = text;
}

/** Show what went wrong and when the next try is; undefined takes it away. */
export function drawTrouble(trouble: Trouble | undefined): void {
  byId("trouble").hidden = !trouble;
  write("trouble-what", trouble ? word(`error${trouble.failure}`) : "");
  write("trouble-help", trouble ? word(`help${trouble.failure}`) : "");
  if (!trouble) return;
  const request = trouble.requestId ? ` · ${word("requestId")} ${trouble.requestId}` : "";
  write("trouble-next", nextTry(Math.round(trouble.nextMs / 1000)) + request);
}
