// @vitest-environment happy-dom
import { expect, test } from "vitest";
import { fieldWords } from "../src/components/field-words";
import { changesOf } from "../src/pages/settings";
import { wordsOf } from "../src/words/words";

test.each(["", " ", "many"])("a number that is %j is sent as none, never as 0", (text) => {
  const values = new FormData();
  for (const name of ["paceLimit", "retentionDays"]) values.set(name, text);
  const sent = JSON.parse(JSON.stringify(changesOf(values)));
  expect(sent).toMatchObject({ paceLimit: null, retentionDays: null });
});

test.each([
  ["paceLimit", "A number from 10 to 600, please, or 0 for no limit."],
  ["retentionDays", "A number from 1 to 3,660, please."],
])("the refusal of %s names its limits", (field, told) => {
  const words = wordsOf("en", () => undefined);
  const message = "Input should be a valid integer";
  expect(fieldWords({ field, message }, words)).toBe(told);
});
