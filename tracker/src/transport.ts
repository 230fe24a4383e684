/** Hands a request body to the browser, so that it leaves even when the page is closed. */

/** Send as `text/plain`, which needs no preflight; never throws, answers nothing. */
export function send(url: string, body: string): void {
  const blob = new Blob([body], { type: "text/plain" });
  const post = async (keepalive: boolean): Promise<Response> =>
    fetch(url, { method: "POST", body: blob, keepalive, credentials: "omit", mode: "no-cors" });
  let taken = false;
  try {
    taken = navigator.sendBeacon(url, blob);
  } catch {
    // Missing, or an address that it does not take.
  }
  if (!taken) {
    // Beacons and keepalive share 64 KiB in flight; a page that stays open can do without.
    post(true)
      .catch(() => post(false))
      .catch(() => {});
  }
}
