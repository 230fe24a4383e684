/** Choosing one of several values: by a menu, or by a row of buttons. */

import * as Menu from "@radix-ui/react-dropdown-menu";
import type { ReactNode } from "react";

export interface Choice<Value extends string> {
  value: Value;
  text: string;
}

interface ChoiceMenuProps<Value extends string> {
  /** What the menu chooses, for screen readers. */
  label: string;
  /** The button's text. */
  children: ReactNode;
  choices: readonly Choice<Value>[];
  chosen: Value | undefined;
  onChoose(value: Value): void;
  className?: string;
}

export function ChoiceMenu<Value extends string>({
  label,
  children,
  choices,
  chosen,
  onChoose,
  className = "button",
}: ChoiceMenuProps<Value>) {
  // Not modal: the modal one writes a style element, which the Content-Security-Policy forbids.
  return (
    <Menu.Root modal={false}>
      <Menu.Trigger className={`choice ${className}`}>
        <span className="sr-only">{label}: </span>
        {children}
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Content className="menu" align="start" sideOffset={6} collisionPadding={8}>
          <Menu.RadioGroup value={chosen ?? ""}>
            {choices.map(({ value, text }) => (
              <Menu.RadioItem key={value} value={value} onSelect={() => onChoose(value)}>
                {text}
              </Menu.RadioItem>
            ))}
          </Menu.RadioGroup>
        </Menu.Content>
      </Menu.Portal>
    </Menu.Root>
  );
}

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
