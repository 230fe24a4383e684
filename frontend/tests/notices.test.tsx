// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { invite, loadMe, requestConfirmation } from "../src/api/calls";
import { ApiError } from "../src/api/problem";
import type { User } from "../src/api/types";
import { ConfirmationNotice } from "../src/app/notices";
import { session } from "../src/auth/session";
import { Invite } from "../src/pages/account";
import { WordsProvider } from "../src/words/words";

vi.mock("../src/api/calls");

const ADA: User = {
  id: "1",
  email: "ada@example.com",
  name: null,
  language: "en",
  confirmed: false,
  createdAt: "2026-11-22T10:00:00.000Z",
};

beforeEach(() => {
  localStorage.setItem("pixeltrack.language", "en");
  vi.mocked(loadMe).mockResolvedValue(ADA);
  vi.mocked(requestConfirmation).mockResolvedValue({ done: true });
});
afterEach(() => {
  cleanup();
  vi.resetAllMocks();
});

function press(): void {
  render(
    <WordsProvider>
      <ConfirmationNotice email={ADA.email} onDismiss={() => {}} />
    </WordsProvider>,
  );
  fireEvent.click(screen.getByRole("button", { name: "Send again" }));
}

describe("the notice of an unconfirmed address", () => {
  test("sends the link again, once however often it is pressed, and says so", async () => {
    press();
    fireEvent.click(screen.getByRole("button", { name: "Sending…" }));
    await screen.findByText("We have sent another link to ada@example.com.");
    expect(requestConfirmation).toHaveBeenCalledTimes(1);
    expect(screen.getByRole("button", { name: "Send again" })).toBeTruthy();
  });

  test("says how long to wait after too many attempts", async () => {
    vi.mocked(requestConfirmation).mockRejectedValue(new ApiError(429, "", "r-1", [], 600));
    press();
    await screen.findByText("Too many attempts. Try again in 10 minutes.");
  });

  test("sends nothing if the address was confirmed meanwhile", async () => {
    const update = vi.spyOn(session, "update").mockImplementation(() => {});
    const confirmed = { ...ADA, confirmed: true };
    vi.mocked(loadMe).mockResolvedValue(confirmed);
    press();
    await vi.waitFor(() => expect(update).toHaveBeenCalledWith(confirmed));
    expect(requestConfirmation).not.toHaveBeenCalled();
  });
});

test("an invitation where registration is closed says why it cannot be", async () => {
  vi.mocked(invite).mockRejectedValue(new ApiError(403, "Registration is closed.", "r-1"));
  render(
    <WordsProvider>
      <Invite user={{ ...ADA, confirmed: true }} />
    </WordsProvider>,
  );
  fireEvent.click(screen.getByRole("button", { name: "Send invitation" }));
  const alert = await screen.findByRole("alert");
  expect(alert.textContent).toBe("Registration is closed here, so nobody can be invited.");
});

test("who has not confirmed is told why nobody can be invited", () => {
  render(
    <WordsProvider>
      <Invite user={ADA} />
    </WordsProvider>,
  );
  expect(screen.queryByRole("button")).toBeNull();
  expect(screen.getByText(/once ada@example.com is confirmed/)).toBeTruthy();
});
