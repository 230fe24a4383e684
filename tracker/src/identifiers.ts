/** Makes ids that no other browser makes. */

function randomBytes(count: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(count));
}

const hex = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

/** UUIDv7 (RFC 9562, 5.7): 48 bits of epoch milliseconds, then random bits. */
export function eventId(at: number): string {
  const random = randomBytes(10);
  random[0] = ((random[0] as number) & 0x0f) | 0x70;
  random[2] = ((random[2] as number) & 0x3f) | 0x80;
  return (at.toString(16).padStart(12, "0") + hex(random)).replace(
    /^(.{8})(.{4})(.{4})(.{4})/,
    "$1-$2-$3-$4-",
  );
}

export const newVisitorId = (): string => `user_${hex(randomBytes(16))}`;
