/** The list of time zones that the browser knows, to choose from while typing. */

const ZONES: readonly string[] = [...new Set(["UTC", ...Intl.supportedValuesOf("timeZone")])];

export const TIMEZONES = "timezones";

export const localTimezone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

export function Timezones() {
  return (
    <datalist id={TIMEZONES}>
      {ZONES.map((zone) => (
        <option key={zone} value={zone} />
      ))}
    </datalist>
  );
}
