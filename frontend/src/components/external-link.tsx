/** An address that came from outside: a link where it is one of the web, else text. */

import type { ReactNode } from "react";

/** Answer whether an address may be a link; `javascript:` and the like never are. */
export function isWebAddress(url: string): boolean {
  try {
    return ["http:", "https:"].includes(new URL(url).protocol);
  } catch {
    return false;
  }
}

export function ExternalLink({ url, children }: { url: string; children?: ReactNode }) {
  const text = <bdi>{children ?? url}</bdi>;
  if (!isWebAddress(url)) return text;
  return (
    <a href={url} target="_blank" rel="noreferrer noopener">
      {text}
    </a>
  );
}
