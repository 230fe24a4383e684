/** Remembers small texts across pages, or for this page alone where the browser forbids more. */

const memory: Record<string, string> = {};

export function readStored(key: string): string | undefined {
  try {
    return localStorage.getItem(key) ?? memory[key];
  } catch {
    return memory[key];
  }
}

export function writeStored(key: string, value: string): void {
  memory[key] = value;
  try {
    localStorage.setItem(key, value);
  } catch {
    // Blocked or full: this page's memory has to do.
  }
}
