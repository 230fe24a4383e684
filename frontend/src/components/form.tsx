/** The form and its fields: sends once, shows errors at their fields or above the button. */

import {
  type ComponentProps,
  createContext,
  type ReactNode,
  useContext,
  useEffect,
  useId,
  useRef,
  useState,
} from "react";
import { ApiError } from "../api/problem";
import { useWords } from "../words/words";
import { Button } from "./button";
import { fieldWords } from "./field-words";
import { Failure } from "./states";

type Refusals = Readonly<Record<string, string>>;

const Context = createContext<Refusals>({});

/** Return the error of a field in the surrounding form. */
export const useRefusal = (name: string): string | undefined => useContext(Context)[name];

export interface FormProps {
  submit: string;
  /** Send the form; an error it raises is shown. */
  onSubmit(values: FormData): Promise<void>;
  kind?: "primary" | "danger";
  /** Whether the form may be sent yet. */
  isReady?: boolean;
  /** Return a better message for a failure than its status gives. */
  explain?: (failure: ApiError) => string | undefined;
  children?: ReactNode;
  /** Shown beside the button. */
  aside?: ReactNode;
}

export function Form({
  submit,
  onSubmit,
  kind = "primary",
  isReady = true,
  explain,
  children,
  aside,
}: FormProps) {
  const words = useWords();
  const form = useRef<HTMLFormElement>(null);
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const refusals = failure instanceof ApiError ? failure.fields : [];

  useEffect(() => {
    if (failure) form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
  }, [failure]);

  async function send(values: FormData): Promise<void> {
    setBusy(true);
    setFailure(null);
    try {
      await onSubmit(values);
    } catch (raised) {
      setFailure(raised);
    } finally {
      setBusy(false);
    }
  }

  const byName = Object.fromEntries(
    // `allowedDomains[0]` is a line of the field `allowedDomains`.
    refusals.map((refusal) => [refusal.field.split(/[.[]/)[0], fieldWords(refusal, words)]),
  );
  const shows = (name: string) => !!form.current?.elements.namedItem(name);
  const isAtFields = refusals.length > 0 && Object.keys(byName).every(shows);
  const title = failure instanceof ApiError ? explain?.(failure) : undefined;
  return (
    <form
      ref={form}
      className="form"
      noValidate
      aria-busy={isBusy}
      onSubmit={(event) => {
        event.preventDefault();
        if (!isBusy && isReady) void send(new FormData(event.currentTarget));
      }}
    >
      <Context value={byName}>{children}</Context>
      {failure !== null && !isAtFields && <Failure failure={failure} title={title} />}
      <div className="form-actions">
        <Button type="submit" kind={kind} isBusy={isBusy} disabled={!isReady}>
          {submit}
        </Button>
        {aside}
      </div>
    </form>
  );
}

/** Return a form's text, trimmed. */
export const textOf = (values: FormData, name: string): string =>
  String(values.get(name) ?? "").trim();

/** Return the lines of a form's text that are not empty. */
export const linesOf = (values: FormData, name: string): string[] =>
  textOf(values, name)
    .split(/[\n,]/)
    .map((line) => line.trim())
    .filter(Boolean);

/** Return a form's password, untrimmed. */
export const passwordOf = (values: FormData, name: string): string =>
  String(values.get(name) ?? "");

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

/** A password field with a button that shows its text. */
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

/** A box to tick; `isTicked` reads it. */
export function CheckField({ name, label, hint, ...input }: Rest<"input">) {
  const id = useId();
  return (
    <div className="checks">
      <label>
        <input
          type="checkbox"
          name={name}
          aria-describedby={hint ? `${id}-hint` : undefined}
          {...input}
        />
        {label}
      </label>
      {hint && (
        <p className="field-hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
}

export const isTicked = (values: FormData, name: string): boolean => values.has(name);

/** The password of the user who is logged in, as proof. */
export function CurrentPasswordField({ name, hint }: { name: string; hint?: string }) {
  const { t } = useWords();
  return (
    <PasswordField
      name={name}
      label={t("currentPassword")}
      hint={hint}
      autoComplete="current-password"
      required
    />
  );
}

/** The user's own mail address, by which they log in. */
export function EmailField() {
  const { t } = useWords();
  return (
    <TextField
      name="email"
      label={t("email")}
      type="email"
      autoComplete="username"
      autoFocus
      required
    />
  );
}

/** A password to be set, with the rules for it. */
export function NewPasswordField(input: { label: string; autoFocus?: boolean }) {
  const { t } = useWords();
  return (
    <PasswordField
      name="password"
      hint={t("passwordHint")}
      autoComplete="new-password"
      required
      {...input}
    />
  );
}
