/** Decides where to go after the log-in: only within the dashboard. */

const HOME = "/sites";

/** Answer the path that was asked for, or the list of sites where it leads elsewhere. */
export function returnPath(wanted: string | undefined): string {
  if (!wanted?.startsWith("/") || /^\/[/\\]/.test(wanted)) return HOME;
  const origin = "http://here.invalid";
  return new URL(wanted, origin).origin === origin ? wanted : HOME;
}
