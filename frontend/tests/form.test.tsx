// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ApiError } from "../src/api/problem";
import { Form, PasswordField, TextField } from "../src/components/form";
import { WordsProvider } from "../src/words/words";

beforeEach(() => localStorage.setItem("pixeltrack.language", "en"));
afterEach(cleanup);

function open(onSubmit: () => Promise<void>, explain?: (failure: ApiError) => string) {
  render(
    <WordsProvider>
      <Form submit="Send" onSubmit={onSubmit} {...(explain && { explain })}>
        <TextField name="url" label="Address" />
        <PasswordField name="password" label="Password" />
        <TextField name="userId" label="Visitor" />
      </Form>
    </WordsProvider>,
  );
  fireEvent.click(screen.getByRole("button", { name: "Send" }));
}

const refusing = (...fields: [field: string, message: string][]) =>
  new ApiError(
    400,
    "refused",
    "r-1",
    fields.map(([field, message]) => ({ field, message })),
  );

describe("a form", () => {
  test("shows each refusal at its field, and puts the focus there", async () => {
    const message = "must be longer than 8 characters, blanks not counted";
    open(() => Promise.reject(refusing(["password", message])));
    const input = await screen.findByLabelText("Password");
    await screen.findByText("Longer than 8 characters, please, not counting blanks.");
    expect(input.getAttribute("aria-invalid")).toBe("true");
    expect(document.activeElement).toBe(input);
    expect(screen.queryByRole("alert")).toBeNull();
  });

  test("says what to do where too many erasures are under way", async () => {
    const told = "500 erasures are under way; ask again in a few minutes";
    open(() => Promise.reject(refusing(["userId", told])));
    await screen.findByText(/500 visitors .* Try again in a few minutes/);
    expect(document.activeElement).toBe(screen.getByLabelText("Visitor"));
  });

  test("tells a refusal of what it does not show above the button", async () => {
    open(() => Promise.reject(refusing(["body", "an account owns at most 500 sites"])));
    expect((await screen.findByRole("alert")).textContent).toContain("at most 500 sites");
  });

  test("says how long to wait after too many attempts", async () => {
    open(() => Promise.reject(new ApiError(429, "", "r-9", [], 90)));
    const said = (await screen.findByRole("alert")).textContent;
    expect(said).toContain("Too many attempts");
    expect(said).toContain("90 seconds");
  });

  test("says how long to wait beside a better title, too", async () => {
    const failure = new ApiError(429, "", "r-9", [], 90);
    open(
      () => Promise.reject(failure),
      () => "Look into your mail.",
    );
    const said = (await screen.findByRole("alert")).textContent;
    expect(said).toContain("Look into your mail.");
    expect(said).toContain("90 seconds");
  });

  test.each([
    ["must not be made of your mail address", "Your e-mail address is no good password."],
    ["must have at least 4 different characters", "It needs at least 4 different characters"],
    ["must not consist of blanks", "It needs at least 4 different characters"],
    ["must contain a digit", "It needs a letter and a digit."],
    ["is one of the most common passwords", "This password is too well known."],
  ])("explains that a password %s", async (message, words) => {
    open(() => Promise.reject(refusing(["password", message])));
    await screen.findByText(words, { exact: false });
  });

  test("gives the request id where the server failed", async () => {
    open(() => Promise.reject(new ApiError(500, "", "r-9")));
    expect((await screen.findByRole("alert")).textContent).toContain("Request r-9");
  });

  test("is sent once however often it is pressed", async () => {
    let sent = 0;
    open(() => {
      sent += 1;
      return new Promise(() => {});
    });
    fireEvent.click(screen.getByRole("button", { name: "Send" }));
    fireEvent.submit(screen.getByRole("button", { name: "Send" }).closest("form") as Element);
    expect(sent).toBe(1);
  });
});
