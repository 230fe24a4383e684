/** The notices above a page: offline, and the mail address not confirmed. */

import { useState, useSyncExternalStore } from "react";
import { loadMe, requestConfirmation } from "../api/calls";
import type { User } from "../api/types";
import { session } from "../auth/session";
import { failureWords } from "../components/failure-words";
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
        <ConfirmationNotice email={user.email} onDismiss={() => setDismissed(true)} />
      )}
    </>
  );
}

type Sending = { kind: "no" | "now" | "done" } | { kind: "failed"; failure: unknown };

async function sendAgain(): Promise<void> {
  const me = await loadMe();
  if (!me.confirmed) await requestConfirmation();
  // Confirmed elsewhere meanwhile: update the user, which removes the notice.
  else session.update(me);
}

interface ConfirmationNoticeProps {
  email: string;
  onDismiss(): void;
}

export function ConfirmationNotice({ email, onDismiss }: ConfirmationNoticeProps) {
  const words = useWords();
  const { t } = words;
  const [sending, setSending] = useState<Sending>({ kind: "no" });
  const isBusy = sending.kind === "now";

  async function send(): Promise<void> {
    if (isBusy) return;
    setSending({ kind: "now" });
    try {
      await sendAgain();
      setSending({ kind: "done" });
    } catch (failure) {
      setSending({ kind: "failed", failure });
    }
  }

  let text = t(sending.kind === "done" ? "sentAgain" : "confirmBanner", { email });
  if (sending.kind === "failed") {
    const { what, help } = failureWords(sending.failure, words);
    text = help ? `${what}. ${help}` : what;
  }
  return (
    <div className="notice" data-tone={sending.kind === "failed" ? "danger" : undefined}>
      <p role="status">{text}</p>
      <p className="notice-actions">
        <button
          type="button"
          className="link"
          aria-disabled={isBusy || undefined}
          onClick={() => void send()}
        >
          {t(isBusy ? "sending" : "sendAgain")}
        </button>
        <button type="button" className="link" onClick={onDismiss}>
          {t("dismiss")}
        </button>
      </p>
    </div>
  );
}
