/**
 * What the tracker uses of the browser, taken once, past the names that a page gives to things of
 * its own.
 *
 * A page may declare `const URL`, `let history` or `var Element`, and a form named `title` takes
 * the place of `document.title`. So nothing is read as a bare name but `window`, `document` and
 * `location`, which cannot be declared anew; members are read from prototypes; and a built-in that
 * is not what it says costs what is told by it, no event.
 */

const objects = {} as { constructor: ObjectConstructor };
const { getOwnPropertyDescriptor, getPrototypeOf } = objects.constructor;
const { hasOwnProperty: owns, toString: say } = objects;

/** Return what `act` returns, undefined where it throws. */
export function attempt<T>(act: () => T): T | undefined {
  try {
    return act();
  } catch {
    return undefined;
  }
}

export const hasOwn = (object: object, name: string): boolean => owns.call(object, name);

/** Return the class that a value says it is of, as in `Array` or `Date`. */
export const classOf = (value: unknown): string => say.call(value).slice(8, -1);

/** Return a member of an object as its prototypes have it, whatever the object itself says. */
export function read<T extends object, K extends string & keyof T>(object: T, name: K): T[K] {
  let found: PropertyDescriptor | undefined;
  for (let at = getPrototypeOf(object); at && !found; at = getPrototypeOf(at)) {
    found = getOwnPropertyDescriptor(at, name);
  }
  return found?.get ? found.get.call(object) : found?.value;
}

/** Call `act` with each event of the type; neither listening nor `act` ever throws. */
export function listen<E extends Event>(
  target: EventTarget,
  type: string,
  act: (event: E) => void,
  options?: AddEventListenerOptions,
): void {
  attempt(() =>
    read(target, "addEventListener").call(
      target,
      type,
      (event) => attempt(() => act(event as E)),
      options,
    ),
  );
}

type Taken = Pick<
  typeof globalThis,
  | "clearTimeout"
  | "crypto"
  | "Date"
  | "fetch"
  | "history"
  | "History"
  | "Intl"
  | "localStorage"
  | "Math"
  | "performance"
  | "screen"
  | "setTimeout"
  | "Uint8Array"
> & { navigation: EventTarget };

const take = <K extends string>(name: K) =>
  attempt(() => (window as unknown as Record<string, unknown>)[name]);

/** The built-ins as they were when the tracker started; any may be missing, or another thing. */
export const builtin = {} as Taken;
for (const name of [
  "clearTimeout",
  "crypto",
  "Date",
  "fetch",
  "history",
  "History",
  "Intl",
  "localStorage",
  "Math",
  "navigation",
  "performance",
  "screen",
  "setTimeout",
  "Uint8Array",
] as const) {
  (builtin as Record<string, unknown>)[name] = take(name);
}

/** The browser's description of itself, by either of its two names. */
export const navigator = [take("navigator"), take("clientInformation")].reduce((first, second) =>
  (first as Navigator | undefined)?.userAgent ? first : second,
) as Navigator;

/** Return the clock, in milliseconds since the epoch; 0 where the page has taken every clock. */
export function now(): number {
  const { performance } = builtin;
  const at =
    attempt(() => +builtin.Date.now()) || attempt(() => performance.timeOrigin + performance.now());
  return at ? at - (at % 1) : 0;
}

/** Return random bytes as lower-case hex. */
export function randomHex(count: number): string {
  const bytes = attempt(() => builtin.crypto.getRandomValues(new builtin.Uint8Array(count)));
  let hex = "";
  for (let i = 0; i < count; i++) {
    hex += (256 + (bytes?.[i] ?? (builtin.Math.random() * 256) | 0)).toString(16).slice(1);
  }
  return hex;
}
