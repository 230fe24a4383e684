/** Buttons of which one is pressed: what a card shows. */

import type { Choice } from "./choice-menu";

interface TabButtonsProps<Value extends string> {
  label: string;
  tabs: readonly Choice<Value>[];
  chosen: Value;
  onChoose(value: Value): void;
}

export function TabButtons<Value extends string>({
  label,
  tabs,
  chosen,
  onChoose,
}: TabButtonsProps<Value>) {
  return (
    <fieldset className="tab-buttons" aria-label={label}>
      {tabs.map(({ value, text }) => (
        <button
          key={value}
          type="button"
          aria-pressed={value === chosen}
          onClick={() => onChoose(value)}
        >
          {text}
        </button>
      ))}
    </fieldset>
  );
}
