/** An address that came from a browser or a user: a link if it is a web address, else text. */

import type { ReactNode } from "react";

/** Return whether an address may be a link; `javascript:` and the like may not. */
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
