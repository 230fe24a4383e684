/** The download of an export: one at a time, and what is said of it. */

import { useEffect, useRef, useState } from "react";
import { address } from "../api/call";
import { type ExportParams, loadExport } from "../api/calls";
import { Button } from "../components/button";
import { saveFile } from "../components/save-file";
import { Failure } from "../components/states";
import { megabytes } from "../words/numbers";
import { useWords } from "../words/words";
import { joining, MAX_BYTES, TooLarge } from "./export";

type State =
  | { kind: "none" }
  | { kind: "running"; bytes: number }
  | { kind: "done"; name: string }
  | { kind: "failed"; failure: unknown; params: ExportParams; onRetry(): void };

export interface Download {
  state: State;
  start(params: ExportParams, name: string): void;
  cancel(): void;
}

/** Answer a place for downloads; who leaves it cancels the one that runs. */
export function useDownload(): Download {
  const [state, setState] = useState<State>({ kind: "none" });
  const running = useRef<AbortController>(undefined);
  useEffect(() => () => running.current?.abort(), []);

  function start(params: ExportParams, name: string): void {
    const join = joining(
      (next, signal) => loadExport(params, next, signal),
      (bytes) => setState({ kind: "running", bytes }),
    );
    const goOn = async (): Promise<void> => {
      running.current = new AbortController();
      const { signal } = running.current;
      try {
        saveFile(await join(signal), name);
        setState({ kind: "done", name });
      } catch (failure) {
        if (signal.aborted) return;
        setState({ kind: "failed", failure, params, onRetry: () => void goOn() });
      }
    };
    void goOn();
  }

  function cancel(): void {
    running.current?.abort();
    setState({ kind: "none" });
  }

  return { state, start, cancel };
}

export function DownloadState({ state, cancel }: Download) {
  const { t, language } = useWords();
  switch (state.kind) {
    case "none":
      return null;
    case "running":
      return (
        <div className="download" aria-busy="true">
          <span role="status">{t("exporting", { size: megabytes(language, state.bytes) })}</span>
          <Button onClick={cancel}>{t("cancel")}</Button>
        </div>
      );
    case "done":
      return (
        <p className="download" role="status">
          {t("exported", { name: state.name })}
        </p>
      );
    case "failed":
      return state.failure instanceof TooLarge ? (
        <LargerThanHere params={state.params} />
      ) : (
        <Failure failure={state.failure} onRetry={state.onRetry} />
      );
  }
}

function LargerThanHere({ params }: { params: ExportParams }) {
  const { t, language } = useWords();
  return (
    <div className="failure" role="alert">
      <strong>{t("exportTooLarge", { size: megabytes(language, MAX_BYTES) })}</strong>
      <p>
        {t("exportTooLargeText")} <a href="/docs">{t("apiDocs")}</a>
      </p>
      <code>GET {address("/api/v1/export", {}, { ...params })}</code>
    </div>
  );
}
