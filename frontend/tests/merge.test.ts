import { describe, expect, test } from "vitest";
import type { TrackedEvent } from "../src/api/types";
import { addNewest, addOlder, EMPTY_FEED } from "../src/live/merge";

const events = (...ids: string[]) => ids.map((id) => ({ id }) as TrackedEvent);
const page = (next: string | null, ...ids: string[]) => ({ events: events(...ids), next });
const ids = ({ events }: { events: readonly TrackedEvent[] }) => events.map(({ id }) => id);

describe("the feed", () => {
  const shown = addNewest(EMPTY_FEED, page("c", "3", "2", "1"));

  test("begins with the first page, of which nothing counts as new", () => {
    expect(shown).toMatchObject({ next: "c", fresh: 0 });
    expect(ids(shown)).toEqual(["3", "2", "1"]);
  });

  test("puts what is new on top, each event once", () => {
    const grown = addNewest(shown, page("d", "5", "4", "4", "3", "2"));
    expect(ids(grown)).toEqual(["5", "4", "3", "2", "1"]);
    expect(grown).toMatchObject({ next: "c", fresh: 2 });
  });

  test("counts all as new that comes into an empty feed", () => {
    const grown = addNewest(addNewest(EMPTY_FEED, page(null)), page(null, "2", "1"));
    expect(ids(grown)).toEqual(["2", "1"]);
    expect(grown.fresh).toBe(2);
  });

  test("stays the same object where nothing came, so that nothing is drawn", () => {
    expect(addNewest(shown, page("c", "3", "2", "1"))).toBe(shown);
    expect(addNewest(shown, page("c"))).toBe(shown);
  });

  test("begins anew where more came than a page holds", () => {
    const anew = addNewest(shown, page("x", "9", "8"));
    expect(ids(anew)).toEqual(["9", "8"]);
    expect(anew.next).toBe("x");
  });

  test("keeps all where the whole feed fits the page", () => {
    expect(ids(addNewest(addNewest(EMPTY_FEED, page(null, "1")), page(null, "2")))).toEqual([
      "2",
      "1",
    ]);
  });

  test("puts what is older below, each event once", () => {
    const longer = addOlder(shown, page(null, "1", "0"));
    expect(ids(longer)).toEqual(["3", "2", "1", "0"]);
    expect(longer.next).toBeNull();
  });

  test("goes on to older events through an empty page", () => {
    const empty = addNewest(EMPTY_FEED, page("c"));
    expect(empty.next).toBe("c");
    expect(ids(addOlder(empty, page(null, "1")))).toEqual(["1"]);
  });
});
