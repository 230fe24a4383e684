/** Remembers what is in the cart. */

import { TEAS, type Tea } from "./teas";

const KEY = "quiet-leaf.cart";

export interface Line {
  tea: Tea;
  count: number;
}

function read(): Record<string, number> {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? "{}");
  } catch {
    return {};
  }
}

function write(counts: Record<string, number>): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(counts));
  } catch {
    // A cart that is not remembered is still a demo.
  }
}

export const lines = (): Line[] => {
  const counts = read();
  return TEAS.map((tea) => ({ tea, count: counts[tea.slug] ?? 0 })).filter(
    (line) => line.count > 0,
  );
};

export const total = (): number => lines().reduce((sum, line) => sum + line.count, 0);

/** Put `change` more of a tea into the cart, or take as many out. */
export function put(tea: Tea, change: number): void {
  const counts = read();
  write({ ...counts, [tea.slug]: Math.max(0, (counts[tea.slug] ?? 0) + change) });
}

export const empty = (): void => write({});
