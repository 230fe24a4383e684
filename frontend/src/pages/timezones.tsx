/** The browser's list of time zones, as suggestions of a text field. */

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
