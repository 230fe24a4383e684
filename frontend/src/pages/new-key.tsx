/** Makes an API key and shows it, this once. */

import { useState } from "react";
import { makeKey } from "../api/calls";
import type { Scope } from "../api/types";
import { Button } from "../components/button";
import { CopyButton } from "../components/copy-button";
import { Dialog } from "../components/dialog";
import { TextField } from "../components/field";
import { Form, textOf, useRefusal } from "../components/form";
import { useWords } from "../words/words";

const SCOPES: readonly Scope[] = ["events:read", "reports:read", "sites:read", "sites:write"];

interface NewKeyDialogProps {
  onMade(): Promise<void>;
  onClose(): void;
}

export function NewKeyDialog({ onMade, onClose }: NewKeyDialogProps) {
  const { t } = useWords();
  const [made, setMade] = useState<string>();

  async function submit(values: FormData): Promise<void> {
    const scopes = SCOPES.filter((scope) => values.getAll("scopes").includes(scope));
    const { key } = await makeKey(textOf(values, "name"), scopes);
    setMade(key);
    await onMade();
  }

  return (
    <Dialog title={t(made ? "keyMade" : "newKey")} onClose={onClose}>
      {made ? (
        <div role="status">
          <p>{t("keyOnce")}</p>
          <pre className="snippet">
            <code>{made}</code>
          </pre>
          <div className="form-actions">
            <CopyButton kind="primary" text={made} />
            <Button onClick={onClose}>{t("close")}</Button>
          </div>
        </div>
      ) : (
        <Form
          submit={t("makeKey")}
          onSubmit={submit}
          aside={<Button onClick={onClose}>{t("cancel")}</Button>}
        >
          <TextField name="name" label={t("keyName")} maxLength={200} autoFocus required />
          <Scopes />
        </Form>
      )}
    </Dialog>
  );
}

function Scopes() {
  const { t } = useWords();
  const refusal = useRefusal("scopes");
  return (
    <fieldset className="checks">
      <legend>{t("scopes")}</legend>
      {SCOPES.map((scope) => (
        <label key={scope}>
          <input
            type="checkbox"
            name="scopes"
            value={scope}
            defaultChecked={scope === "events:read"}
            aria-invalid={refusal ? true : undefined}
          />
          {t(scope)}
        </label>
      ))}
      {refusal && <p className="field-refusal">{refusal}</p>}
    </fieldset>
  );
}
