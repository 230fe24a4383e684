/** Decides where to go after the log-in: only within the dashboard. */

const HOME = "/sites";

/** Answer the path that was asked for, or the list of sites where it leads elsewhere. */
export function returnPath(wanted: string | undefined): string {
  if (!wanted?.startsWith("/")) return HOME;
  // The browser reads `//host` and `/\host` as another origin.
  const origin = "http://here.invalid";
  const isHere = URL.canParse(wanted, origin) && new URL(wanted, origin).origin === origin;
  return isHere ? wanted : HOME;
}
