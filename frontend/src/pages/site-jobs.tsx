/** Jobs over a site's data: the audit of its numbers, and the erasure of a visitor. */

import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { auditSite, eraseVisitor, loadJob } from "../api/calls";
import type { Job } from "../api/types";
import { Button } from "../components/button";
import { Card } from "../components/card";
import { FormDialog } from "../components/dialog";
import { TextField } from "../components/form";
import { Failure } from "../components/states";
import { fullCount, percent } from "../words/formats";
import { useWords } from "../words/words";

export function Audit({ siteId }: { siteId: string }) {
  const { t } = useWords();
  const [job, setJob] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);

  async function check(): Promise<void> {
    setBusy(true);
    setFailure(null);
    try {
      setJob((await auditSite(siteId)).id);
    } catch (raised) {
      setFailure(raised);
    } finally {
      setBusy(false);
    }
  }

  return (
    <Card title={t("audit")}>
      <p>{t("auditText")}</p>
      {failure !== null && <Failure failure={failure} />}
      {job && <JobProgress key={job} id={job} result={(done) => <Differences job={done} />} />}
      <Button isBusy={isBusy} onClick={() => void check()}>
        {t("auditStart")}
      </Button>
    </Card>
  );
}

function Differences({ job }: { job: Job }) {
  const { t, language } = useWords();
  const found = job.result?.differences;
  const differences = Array.isArray(found) ? found : [];
  const waiting = Number(job.result?.waitingEvents ?? 0);
  const wait = waiting > 0 && <p>{t("auditWaiting", { count: fullCount(language, waiting) })}</p>;
  if (!differences.length)
    return (
      <>
        <p>{t("auditFine")}</p>
        {wait}
      </>
    );
  return (
    <>
      {wait}
      <p className="field-refusal">{t("auditDifferences")}</p>
      <pre className="snippet">
        <code>{differences.map((each) => JSON.stringify(each)).join("\n")}</code>
      </pre>
    </>
  );
}

export function EraseVisitor({ siteId }: { siteId: string }) {
  const { t, language } = useWords();
  const [isAsking, setAsking] = useState(false);
  const [job, setJob] = useState<string>();

  async function erase(values: FormData): Promise<void> {
    // Untrimmed: an id may begin or end with a blank.
    setJob((await eraseVisitor(siteId, String(values.get("userId")))).id);
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
        <FormDialog
          title={t("eraseVisitor")}
          submit={t("erase")}
          kind="danger"
          onSubmit={erase}
          onClose={() => setAsking(false)}
        >
          {" "}
          <p>{t("eraseVisitorSure")}</p>
          <TextField
            name="userId"
            label={t("visitorId")}
            hint={t("visitorIdHint")}
            autoComplete="off"
            spellCheck={false}
            required
          />
        </FormDialog>
      )}
    </Card>
  );
}

const INTERVAL_MS = 2000;

const hasEnded = (job: Job | undefined): boolean =>
  job?.state === "done" || job?.state === "failed";

interface JobProgressProps {
  id: string;
  /** Shows the result of the job. */
  result(job: Job): ReactNode;
}

export function JobProgress({ id, result }: JobProgressProps) {
  const { t, language } = useWords();
  const job = useQuery({
    queryKey: ["jobs", id],
    queryFn: () => loadJob(id),
    refetchInterval: (query) => (hasEnded(query.state.data) ? false : INTERVAL_MS),
  });
  if (job.isError) return <Failure failure={job.error} onRetry={() => void job.refetch()} />;
  return <div role="status">{words(job.data)}</div>;

  function words(found: Job | undefined): ReactNode {
    switch (found?.state) {
      case "running":
        return <p>{t("jobRunning", { progress: percent(language, found.progress) })}</p>;
      case "done":
        return result(found);
      case "failed":
        return <p className="field-refusal">{t("jobFailed")}</p>;
      default:
        return <p>{t("jobWaiting")}</p>;
    }
  }
}
