import { beforeEach, describe, expect, test, vi } from "vitest";
import { expectEvents, type PageWindow, visit } from "./support/visit";

beforeEach(() => {
  vi.useFakeTimers();
  return () => vi.useRealTimers();
});

const click =
  (selector: string) =>
  ({ document, MouseEvent }: PageWindow): void => {
    document
      .querySelector(selector)
      ?.dispatchEvent(new MouseEvent("click", { bubbles: true, composed: true }));
  };

describe("a click on a marked element", () => {
  test("tells name, id, tag and text", async () => {
    const html = `<button id="buy" data-track-click="buy-now">  Buy
      <b>now</b> </button>`;
    const [event] = await expectEvents(visit({ html }), click("#buy"), { eventType: "click" });
    expect(event?.payload).toEqual({
      name: "buy-now",
      elementId: "buy",
      elementTag: "BUTTON",
      elementText: "Buy now",
    });
  });

  test("counts for the closest marked ancestor", async () => {
    const html = `<div data-track-click="outer"><a data-track-click="inner"><i>x</i></a></div>`;
    await expectEvents(visit({ html }), click("i"), {
      payload: { name: "inner", elementTag: "A", elementText: "x" },
    });
  });

  test("counts although the page stops the event", async () => {
    const page = visit({ html: `<p><button data-track-click>Go</button></p>` });
    page.window.document
      .querySelector("p")
      ?.addEventListener("click", (event) => event.stopImmediatePropagation());
    await expectEvents(page, click("button"), { payload: { elementText: "Go" } });
  });

  test("cuts the text at 100 characters", async () => {
    const html = `<button data-track-click>${"long ".repeat(100)}</button>`;
    const [event] = await expectEvents(visit({ html }), click("button"), {});
    expect(event?.payload?.elementText).toBe("long ".repeat(20).trim());
  });

  test.each([
    ["an input", `<input id="x" data-track-click value="secret">`],
    ["a text area", `<textarea id="x" data-track-click>secret</textarea>`],
    ["a select", `<select id="x" data-track-click><option>secret</option></select>`],
    ["an editable text", `<p id="x" contenteditable data-track-click>secret</p>`],
    ["a part of one", `<p contenteditable><b id="x" data-track-click>secret</b></p>`],
    [
      "a form around them",
      `<form id="x" data-track-click><textarea>secret</textarea><p contenteditable="true">secret</p>
       <select><option>secret</option></select><input value="secret"></form>`,
    ],
  ])("never tells what %s holds", async (_, html) => {
    const [event] = await expectEvents(visit({ html }), click("#x"), { eventType: "click" });
    expect(event?.payload?.elementText).toBe("");
    expect(JSON.stringify(event)).not.toContain("secret");
  });

  test("an element without the mark counts nothing", async () => {
    await expectEvents(visit({ html: "<button>Buy</button>" }), click("button"));
  });
});
