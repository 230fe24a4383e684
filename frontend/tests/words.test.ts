import { describe, expect, test } from "vitest";
import { EN } from "../src/words/en";
import { newEvents, timeOfDay, wait } from "../src/words/formats";
import { RU } from "../src/words/ru";
import { countryName } from "../src/words/values";
import { isWord, wordsOf } from "../src/words/words";

const placeholders = (text: string) => (text.match(/\{\w+\}/g) ?? []).sort();

describe("the words", () => {
  test("are the same in both languages, none empty, with the same values", () => {
    expect(Object.keys(RU).sort()).toEqual(Object.keys(EN).sort());
    for (const [key, text] of Object.entries(EN)) {
      const russian = RU[key as keyof typeof EN];
      expect(russian.trim(), key).not.toBe("");
      expect(placeholders(russian), key).toEqual(placeholders(text));
    }
  });

  test("take values as they are, markup and braces too", () => {
    const { t } = wordsOf("en");
    expect(t("requestId", { id: "$& {id} <b>" })).toBe("Request $& {id} <b>");
  });

  test("know no word named like a part of objects", () => {
    expect(isWord("constructor")).toBe(false);
    expect(isWord("save")).toBe(true);
  });
});

describe("the formats", () => {
  test("bend by the number", () => {
    expect([1, 2, 5].map((n) => newEvents("ru", n))).toEqual([
      "1 новое событие",
      "2 новых события",
      "5 новых событий",
    ]);
    expect(newEvents("en", 1)).toBe("1 new event");
  });

  test("say a wait in seconds, a long one in minutes", () => {
    expect(wait("en", 30)).toBe("30 seconds");
    expect(wait("en", 600)).toBe("10 minutes");
    expect(wait("ru", 600)).toBe("10 минут");
  });

  test("leave what they cannot read as it is", () => {
    expect(timeOfDay("en", "soon")).toBe("soon");
    expect(countryName("en", "??")).toBe("??");
    expect(countryName("ru", "DE")).toBe("Германия");
  });
});
