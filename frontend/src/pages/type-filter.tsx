/** Chooses the type of events: the known ones, and those that were seen. */

import { useId, useRef } from "react";
import type { TrackedEvent } from "../api/types";
import { useWords } from "../words/words";
import { KNOWN_TYPES, typeWords } from "./event-facts";

interface TypeFilterProps {
  chosen: string | undefined;
  events: readonly TrackedEvent[];
  onChoose(type: string | undefined): void;
}

export function TypeFilter({ chosen, events, onChoose }: TypeFilterProps) {
  const words = useWords();
  const id = useId();
  const seen = useRef(new Set<string>(KNOWN_TYPES));
  if (chosen) seen.current.add(chosen);
  for (const event of events) seen.current.add(event.eventType);
  return (
    <span className="filter">
      <label htmlFor={id}>{words.t("typeFilter")}</label>
      <select
        id={id}
        value={chosen ?? ""}
        onChange={(change) => onChoose(change.target.value || undefined)}
      >
        <option value="">{words.t("allTypes")}</option>
        {[...seen.current].map((type) => (
          <option key={type} value={type}>
            {typeWords(type, words)}
          </option>
        ))}
      </select>
    </span>
  );
}
