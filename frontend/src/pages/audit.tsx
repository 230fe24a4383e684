/** Has a site's numbers held against its stored events. */

import { useState } from "react";
import { auditSite } from "../api/calls";
import type { Job } from "../api/types";
import { Button } from "../components/button";
import { Card } from "../components/card";
import { Failure } from "../components/states";
import { useWords } from "../words/words";
import { JobProgress } from "./job-progress";

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
  const { t } = useWords();
  const found = job.result?.differences;
  const differences = Array.isArray(found) ? found : [];
  if (!differences.length) return <p>{t("auditFine")}</p>;
  return (
    <>
      <p className="field-refusal">{t("auditDifferences")}</p>
      <pre className="snippet">
        <code>{differences.map((each) => JSON.stringify(each)).join("\n")}</code>
      </pre>
    </>
  );
}
