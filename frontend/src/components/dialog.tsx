/**
 * The dialog: the browser's own, which traps focus, closes on Escape and restores focus. Radix's
 * writes a style element into the page, which the Content-Security-Policy forbids.
 */

import { type ReactNode, useEffect, useId, useRef } from "react";
import { useWords } from "../words/words";
import { Button } from "./button";
import { Form, type FormProps } from "./form";

interface DialogProps {
  title: string;
  onClose(): void;
  /** Whether it is wide enough for a table. */
  isWide?: boolean;
  children: ReactNode;
}

/** A dialog that is open while it is mounted. */
export function Dialog({ title, onClose, isWide = false, children }: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null);
  const id = useId();
  const { t } = useWords();
  useEffect(() => {
    const opener = document.activeElement;
    const dialog = ref.current;
    dialog?.showModal();
    // React's autoFocus runs before the dialog is open, when nothing in it can take focus.
    dialog?.querySelector<HTMLElement>("input, select, textarea")?.focus();
    return () => {
      dialog?.close();
      if (opener instanceof HTMLElement && opener.isConnected) opener.focus();
    };
  }, []);
  return (
    <dialog
      ref={ref}
      className="dialog"
      data-wide={isWide || undefined}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <div className="card-head">
        <h2 id={id}>{title}</h2>
        <button type="button" className="icon-button" aria-label={t("close")} onClick={onClose}>
          <svg viewBox="0 0 24 24" aria-hidden="true">
            <path d="M6 6l12 12M18 6L6 18" stroke="currentColor" strokeWidth="2" />
          </svg>
        </button>
      </div>
      <div className="card-body">{children}</div>
    </dialog>
  );
}

interface FormDialogProps extends Omit<FormProps, "aside"> {
  title: string;
  onClose(): void;
}

/** A dialog that holds a form, which can be cancelled. */
export function FormDialog({ title, onClose, ...form }: FormDialogProps) {
  const { t } = useWords();
  return (
    <Dialog title={title} onClose={onClose}>
      <Form {...form} aside={<Button onClick={onClose}>{t("cancel")}</Button>} />
    </Dialog>
  );
}
