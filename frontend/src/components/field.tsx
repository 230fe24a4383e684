/** The labelled field: an input, a list of choices or lines of text, with hint and refusal. */

import { type ComponentProps, type ReactNode, useId, useState } from "react";
import { useWords } from "../words/words";
import { useRefusal } from "./form";

interface Labelled {
  name: string;
  label: string;
  hint?: string | undefined;
}

interface Wiring {
  id: string;
  name: string;
  "aria-describedby": string | undefined;
  "aria-invalid": true | undefined;
}

interface FieldProps extends Labelled {
  children: (wiring: Wiring) => ReactNode;
}

function Field({ name, label, hint, children }: FieldProps) {
  const id = useId();
  const refusal = useRefusal(name);
  const described = [refusal && `${id}-refusal`, hint && `${id}-hint`].filter(Boolean).join(" ");
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {children({
        id,
        name,
        "aria-describedby": described || undefined,
        "aria-invalid": refusal ? true : undefined,
      })}
      {refusal && (
        <p className="field-refusal" id={`${id}-refusal`}>
          {refusal}
        </p>
      )}
      {hint && (
        <p className="field-hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
}

type Rest<Tag extends "input" | "select" | "textarea"> = Omit<ComponentProps<Tag>, "name"> &
  Labelled;

export function TextField({ name, label, hint, ...input }: Rest<"input">) {
  return (
    <Field name={name} label={label} hint={hint}>
      {(wiring) => <input {...wiring} {...input} />}
    </Field>
  );
}

export function LinesField({ name, label, hint, ...input }: Rest<"textarea">) {
  return (
    <Field name={name} label={label} hint={hint}>
      {(wiring) => <textarea rows={3} spellCheck={false} {...wiring} {...input} />}
    </Field>
  );
}

export function ChoiceField({ name, label, hint, ...select }: Rest<"select">) {
  return (
    <Field name={name} label={label} hint={hint}>
      {(wiring) => <select {...wiring} {...select} />}
    </Field>
  );
}

/** A password, which can be shown. */
export function PasswordField({ name, label, hint, ...input }: Rest<"input">) {
  const { t } = useWords();
  const [isShown, setShown] = useState(false);
  return (
    <Field name={name} label={label} hint={hint}>
      {(wiring) => (
        <div className="password">
          <input {...wiring} {...input} type={isShown ? "text" : "password"} />
          <button
            type="button"
            className="icon-button"
            aria-label={t("showPassword")}
            aria-pressed={isShown}
            onClick={() => setShown(!isShown)}
          >
            <svg viewBox="0 0 24 24" aria-hidden="true" fill="none" stroke="currentColor">
              <path d="M2 12s4-7 10-7 10 7 10 7-4 7-10 7-10-7-10-7z" strokeWidth="1.8" />
              <circle cx="12" cy="12" r="3" strokeWidth="1.8" />
              {isShown && <path d="M4 4l16 16" strokeWidth="1.8" />}
            </svg>
          </button>
        </div>
      )}
    </Field>
  );
}
