/** The lines above a page: no network, address not confirmed. */

import { useState, useSyncExternalStore } from "react";
import type { User } from "../api/types";
import { useWords } from "../words/words";

function subscribe(listener: () => void): () => void {
  addEventListener("online", listener);
  addEventListener("offline", listener);
  return () => {
    removeEventListener("online", listener);
    removeEventListener("offline", listener);
  };
}

export function Notices({ user }: { user: User }) {
  const { t } = useWords();
  const isOnline = useSyncExternalStore(subscribe, () => navigator.onLine);
  const [isDismissed, setDismissed] = useState(false);
  return (
    <>
      {!isOnline && (
        <p className="notice" data-tone="danger" role="status">
          {t("offline")}
        </p>
      )}
      {!user.confirmed && !isDismissed && (
        <p className="notice" role="status">
          <span>{t("confirmBanner", { email: user.email })}</span>
          <button type="button" className="link" onClick={() => setDismissed(true)}>
            {t("dismiss")}
          </button>
        </p>
      )}
    </>
  );
}
