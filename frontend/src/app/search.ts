/** Parses and writes query strings: plain texts; a repeated parameter is a list. */

type Search = Record<string, unknown>;

/** Parse a query string; `type=5` is the text "5". */
export function parseSearch(text: string): Search {
  const given = new URLSearchParams(text);
  const shortOf = (name: string) => {
    const all = given.getAll(name);
    return all.length > 1 ? all : all[0];
  };
  return Object.fromEntries([...new Set(given.keys())].map((name) => [name, shortOf(name)]));
}

/** Write a query string, without parameters that have no value. */
export function stringifySearch(search: Search): string {
  const given = Object.entries(search).flatMap(([name, value]) =>
    listOf(value).map((each) => [name, each]),
  );
  return given.length ? `?${new URLSearchParams(given)}` : "";
}

/** Return all values of a parameter. */
export function listOf(value: unknown): string[] {
  if (value === undefined || value === null) return [];
  return (Array.isArray(value) ? value : [value]).map(String);
}

/** Return a validator that keeps the parameters of these names, the last value of each. */
export const texts =
  <Name extends string>(...names: Name[]) =>
  (search: Search): { [name in Name]?: string } =>
    Object.fromEntries(
      names
        .map((name) => [name, listOf(search[name]).at(-1)])
        .filter(([, value]) => value !== undefined),
    ) as { [name in Name]?: string };
