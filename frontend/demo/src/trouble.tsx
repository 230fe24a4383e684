/** Says what went wrong with the feed, what to do, and when the next try is. */

import { Button } from "../../src/components/button";
import { useWords } from "../../src/words/words";
import type { Trouble } from "./use-demo";
import { useDemoWords } from "./words";

export function TroubleNote({ error, nextMs, onRetry }: Trouble & { onRetry: () => void }) {
  const { t } = useWords();
  const words = useDemoWords();
  return (
    <div className="trouble">
      <div role="alert">
        <strong>{words[`error${error.fault}`]}</strong>
        <p>{words[`help${error.fault}`]}</p>
      </div>
      <p className="trouble-next">
        <Button onClick={onRetry}>{words.tryNow}</Button>
        <span>{words.nextTry.replace("{seconds}", String(Math.round(nextMs / 1000)))}</span>
        {error.requestId && <span>{t("requestId", { id: error.requestId })}</span>}
      </p>
    </div>
  );
}
