/** Reads and writes the parameters of addresses: plain texts; one given several times is a list. */

type Search = Record<string, unknown>;

/** Answer the parameters of a query string; `type=5` is the type named 5. */
export function parseSearch(text: string): Search {
  const given = new URLSearchParams(text);
  const shortOf = (name: string) => {
    const all = given.getAll(name);
    return all.length > 1 ? all : all[0];
  };
  return Object.fromEntries([...new Set(given.keys())].map((name) => [name, shortOf(name)]));
}

/** Write parameters as a query string; those without a value are left out. */
export function stringifySearch(search: Search): string {
  const given = Object.entries(search).flatMap(([name, value]) =>
    listOf(value).map((each) => [name, each]),
  );
  return given.length ? `?${new URLSearchParams(given)}` : "";
}

/** Answer all the texts that were given for one parameter. */
export function listOf(value: unknown): string[] {
  if (value === undefined || value === null) return [];
  return (Array.isArray(value) ? value : [value]).map(String);
}

/** Answer the parameters of an address that have these names; the last where there are several. */
export const texts =
  <Name extends string>(...names: Name[]) =>
  (search: Search): { [name in Name]?: string } =>
    Object.fromEntries(
      names
        .map((name) => [name, listOf(search[name]).at(-1)])
        .filter(([, value]) => value !== undefined),
    ) as { [name in Name]?: string };
