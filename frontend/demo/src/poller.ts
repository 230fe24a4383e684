/** Decides when to ask again: each second, later and later after failures, not while paused. */

const EACH_MS = 1000;
const MOST_MS = 30_000;

export interface Poller {
  /** Stop asking until `resume`; an answer on its way is dropped. */
  pause(): void;
  /** Ask now, and go on. */
  resume(): void;
}

/**
 * Ask by `ask` for ever, and tell the answer, or the failure with the milliseconds until the next
 * try, which double with each failure in a row.
 */
export function poller<Answer>(
  ask: () => Promise<Answer>,
  onAnswer: (answer: Answer) => void,
  onFailure: (failure: unknown, nextMs: number) => void,
): Poller {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let failures = 0;
  let round = 0;

  async function turn(): Promise<void> {
    round += 1;
    const mine = round;
    let nextMs = EACH_MS;
    try {
      const answer = await ask();
      if (mine !== round) return;
      failures = 0;
      onAnswer(answer);
    } catch (failure) {
      if (mine !== round) return;
      nextMs = Math.min(EACH_MS * 2 ** failures, MOST_MS);
      failures += 1;
      onFailure(failure, nextMs);
    }
    timer = setTimeout(turn, nextMs);
  }

  function pause(): void {
    clearTimeout(timer);
    round += 1;
  }

  return {
    pause,
    resume() {
      pause();
      void turn();
    },
  };
}
