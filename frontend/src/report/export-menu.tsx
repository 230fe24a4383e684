/** The menu that saves the data of a report as a file. */

import * as Menu from "@radix-ui/react-dropdown-menu";
import { useQuery } from "@tanstack/react-query";
import type { Dataset, Range } from "../api/types";
import { siteQuery } from "../app/queries";
import { useWords, type Word } from "../words/words";
import type { Download } from "./download";
import { exportParams, fileName } from "./export";
import type { ReportState } from "./use-report";

const DATASETS = [
  ["summary", "exportDays"],
  ["events", "exportEvents"],
] as const satisfies readonly (readonly [Dataset, Word])[];

interface ExportMenuProps extends ReportState {
  /** The days that the answer covers; none while it is not there. */
  range: Range | undefined;
  download: Download;
}

export function ExportMenu({ siteId, query, range, download }: ExportMenuProps) {
  const { t } = useWords();
  const site = useQuery(siteQuery(siteId));
  const isReady = range !== undefined && download.state.kind !== "running";
  // Not modal: the modal one writes a style element, which the Content-Security-Policy forbids.
  return (
    <Menu.Root modal={false}>
      <Menu.Trigger className="choice button">{t("export")}</Menu.Trigger>
      <Menu.Portal>
        <Menu.Content className="menu" align="end" sideOffset={6} collisionPadding={8}>
          {DATASETS.map(([dataset, word]) => (
            <Menu.Item
              key={dataset}
              disabled={!isReady}
              onSelect={() =>
                range &&
                download.start(
                  exportParams(siteId, query, range, { dataset }),
                  fileName(site.data?.name ?? "", { dataset }, range),
                )
              }
            >
              {t(word)}
            </Menu.Item>
          ))}
        </Menu.Content>
      </Menu.Portal>
    </Menu.Root>
  );
}
