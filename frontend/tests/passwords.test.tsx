// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { confirmEmail, makeKey } from "../src/api/calls";
import { ApiError, isExpiredLink, wantsPassword } from "../src/api/problem";
import { CheckField, Form, isTicked } from "../src/components/form";
import { OwnPassword } from "../src/pages/confirm";
import { NewKeyDialog } from "../src/pages/keys";
import { WordsProvider } from "../src/words/words";

vi.mock("../src/api/calls");

beforeEach(() => localStorage.setItem("pixeltrack.language", "en"));
afterEach(() => {
  cleanup();
  vi.resetAllMocks();
});

const refusing = (field: string, message: string) =>
  new ApiError(400, "refused", "r-1", [{ field, message }]);

const type = (label: string, value: string) =>
  fireEvent.input(screen.getByLabelText(label), { target: { value } });

describe("the dialog for a key", () => {
  function open(): void {
    render(
      <WordsProvider>
        <NewKeyDialog onMade={() => Promise.resolve()} onClose={() => {}} />
      </WordsProvider>,
    );
    type("What is it for?", "Nightly report");
    type("Current password", " secret 1");
    fireEvent.click(screen.getByRole("button", { name: "Make key" }));
  }

  test("sends the password as it was typed", async () => {
    vi.mocked(makeKey).mockResolvedValue({ key: "ptk_1" } as Awaited<ReturnType<typeof makeKey>>);
    open();
    await screen.findByText("ptk_1");
    expect(makeKey).toHaveBeenCalledWith("Nightly report", ["events:read"], " secret 1");
  });

  test.each([
    ["is not the account's password", "This password is wrong."],
    ["is needed", "Please fill this in."],
  ])("shows at the field that it %s", async (message, words) => {
    vi.mocked(makeKey).mockRejectedValue(refusing("currentPassword", message));
    open();
    await screen.findByText(words);
    expect(document.activeElement).toBe(screen.getByLabelText("Current password"));
  });
});

describe("confirming without a session", () => {
  test("asks for a password and says at the field why one is refused", async () => {
    vi.mocked(confirmEmail).mockRejectedValue(refusing("password", "must contain a digit"));
    render(
      <WordsProvider>
        <OwnPassword token="t" />
      </WordsProvider>,
    );
    type("Password", "goodpassword");
    fireEvent.click(screen.getByRole("button", { name: "Confirm address" }));
    await screen.findByText("It needs a letter and a digit.");
    expect(confirmEmail).toHaveBeenCalledWith("t", "goodpassword");
  });

  test("is told from a link that has expired", () => {
    const missing = refusing("password", "is needed where this browser is not logged in");
    const spent = refusing("token", "is not valid, or was used, or has expired");
    expect([wantsPassword(missing), isExpiredLink(missing)]).toEqual([true, false]);
    expect([wantsPassword(spent), isExpiredLink(spent)]).toEqual([false, true]);
    expect(wantsPassword(new ApiError(400))).toBe(false);
    expect(wantsPassword(new TypeError("no network"))).toBe(false);
  });
});

test("a box to tick is reached by its words, and sent only if it is ticked", async () => {
  const sent: boolean[] = [];
  render(
    <WordsProvider>
      <Form
        submit="Send"
        onSubmit={async (values) => {
          sent.push(isTicked(values, "revokeKeys"));
        }}
      >
        <CheckField name="revokeKeys" label="Revoke" hint="Recommended" />
      </Form>
    </WordsProvider>,
  );
  const send = screen.getByRole("button", { name: "Send" });
  fireEvent.click(send);
  await vi.waitFor(() => expect(sent).toEqual([false]));
  fireEvent.click(screen.getByLabelText("Revoke"));
  await vi.waitFor(() => expect(send.getAttribute("aria-disabled")).not.toBe("true"));
  fireEvent.click(send);
  await vi.waitFor(() => expect(sent).toEqual([false, true]));
});
