/** Erases what is known of one visitor, and says what was removed. */

import { useState } from "react";
import { eraseVisitor } from "../api/calls";
import type { Job } from "../api/types";
import { Button } from "../components/button";
import { Card } from "../components/card";
import { Dialog } from "../components/dialog";
import { TextField } from "../components/field";
import { Form, textOf } from "../components/form";
import { fullCount } from "../words/numbers";
import { useWords } from "../words/words";
import { JobProgress } from "./job-progress";

export function EraseVisitor({ siteId }: { siteId: string }) {
  const { t, language } = useWords();
  const [isAsking, setAsking] = useState(false);
  const [job, setJob] = useState<string>();

  async function erase(values: FormData): Promise<void> {
    setJob((await eraseVisitor(siteId, textOf(values, "userId"))).id);
    setAsking(false);
  }

  function removed({ result }: Job): string {
    const count = (name: string) => fullCount(language, Number(result?.[name] ?? 0));
    const text = t("erased", { events: count("events"), visits: count("visits") });
    return Number(result?.sealedDays ?? 0)
      ? `${text} ${t("erasedSealed", { days: count("sealedDays") })}`
      : text;
  }

  return (
    <Card title={t("eraseVisitor")}>
      <p>{t("eraseVisitorText")}</p>
      {job && <JobProgress id={job} result={(done) => <p>{removed(done)}</p>} />}
      <Button kind="danger" onClick={() => setAsking(true)}>
        {t("eraseVisitor")}
      </Button>
      {isAsking && (
        <Dialog title={t("eraseVisitor")} onClose={() => setAsking(false)}>
          <Form
            submit={t("erase")}
            kind="danger"
            onSubmit={erase}
            aside={<Button onClick={() => setAsking(false)}>{t("cancel")}</Button>}
          >
            <p>{t("eraseVisitorSure")}</p>
            <TextField name="userId" label={t("visitorId")} autoComplete="off" required />
          </Form>
        </Dialog>
      )}
    </Card>
  );
}
