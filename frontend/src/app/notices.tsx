/** The lines above a page: no network, address not confirmed. */

import { useState, useSyncExternalStore } from "react";
import type { User } from "../api/types";
import { useWords } from "../words/words";
import { ConfirmationNotice } from "./confirmation-notice";

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
        <ConfirmationNotice email={user.email} onDismiss={() => setDismissed(true)} />
      )}
    </>
  );
}
