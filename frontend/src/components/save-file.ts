/** Hands a file to the browser, which saves it as a download. */

/** Milliseconds that the browser has to take the file. */
const TAKEN_MS = 60_000;

export function saveFile(file: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), TAKEN_MS);
}
