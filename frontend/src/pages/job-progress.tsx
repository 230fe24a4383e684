/** How it stands with long work: asked for each second until it has ended. */

import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { loadJob } from "../api/calls";
import type { Job } from "../api/types";
import { Failure } from "../components/states";
import { percent } from "../words/numbers";
import { useWords } from "../words/words";

const INTERVAL_MS = 2000;

const hasEnded = (job: Job | undefined): boolean =>
  job?.state === "done" || job?.state === "failed";

interface JobProgressProps {
  id: string;
  /** Says what the job came to. */
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
