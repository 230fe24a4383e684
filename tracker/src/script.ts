/** Reads what the `<script>` line of the page says: which site, and where its events go. */

const script = (document.currentScript ??
  document.querySelector("script[data-site]")) as HTMLScriptElement | null;

export const siteId = (script?.dataset.site ?? "").trim();

/**
 * Answer the collector's address: `address` if it names more than an origin, else `/track` of its
 * origin; of the script's own origin where `address` is missing or none.
 */
export function collectorUrl(address: unknown = script?.dataset.api): string {
  const page = document.baseURI;
  let url = new URL("/track", script?.src || page);
  try {
    if (address) url = new URL(String(address), page);
  } catch {
    // Not an address: the script's origin it is.
  }
  if (url.pathname === "/") url.pathname = "/track";
  return url.href;
}
