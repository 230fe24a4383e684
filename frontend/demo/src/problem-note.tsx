/** What went wrong with the feed, what to do, and when the next try is. */

import { Button } from "../../src/components/button";
import { useWords } from "../../src/words/words";
import type { Problem } from "./use-demo";
import { useDemoWords } from "./words";

export function ProblemNote({ error, nextMs, onRetry }: Problem & { onRetry: () => void }) {
  const { t } = useWords();
  const words = useDemoWords();
  return (
    <div className="failure">
      <div role="alert">
        <strong>{words[`error${error.fault}`]}</strong>
        <p>{words[`help${error.fault}`]}</p>
      </div>
      <p className="failure-next">
        <Button onClick={onRetry}>{words.tryNow}</Button>
        <span>{words.nextTry.replace("{seconds}", String(Math.round(nextMs / 1000)))}</span>
        {error.requestId && <span>{t("requestId", { id: error.requestId })}</span>}
      </p>
    </div>
  );
}
