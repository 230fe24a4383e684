import { describe, expect, test } from "vitest";
import { ApiError } from "../src/api/problem";
import { createSession } from "../src/auth/session";

const user = { id: "1", email: "ada@example.com", name: null, language: "en", createdAt: "" };

type Answer = Response | "network";

/** A server of answers by path; refresh answers tokens in turn: t1, t2, … */
function server(answers: Record<string, (token: string | null) => Answer> = {}) {
  let tokens = 0;
  let clock = 0;
  const calls: string[] = [];
  const session = createSession(
    async (path, init) => {
      const header = new Headers(init.headers).get("Authorization");
      const token = header?.replace("Bearer ", "") ?? null;
      calls.push(token ? `${path} ${token}` : path);
      await Promise.resolve();
      const answer = answers[path]?.(token) ?? refreshed(path);
      if (answer === "network") throw new TypeError("no network");
      return answer;
    },
    () => clock,
  );
  function refreshed(path: string): Response {
    if (path !== "/auth/refresh") return Response.json({ path });
    tokens += 1;
    return Response.json({ token: `t${tokens}`, expiresIn: 900, user });
  }
  const refreshes = () => calls.filter((call) => call === "/auth/refresh").length;
  return { session, calls, refreshes, pass: (ms: number) => (clock += ms) };
}

const refuse = () => new Response("{}", { status: 401 });

describe("a session", () => {
  test("is restored by the cookie, once for parallel calls", async () => {
    const { session, refreshes } = server();
    await Promise.all([session.start(), session.start()]);
    await session.start();
    expect(refreshes()).toBe(1);
    expect(session.state()).toMatchObject({ kind: "in", user: { id: "1" } });
  });

  test("is out where the cookie is refused", async () => {
    const { session } = server({ "/auth/refresh": refuse });
    await session.start();
    expect(session.state()).toEqual({ kind: "out" });
  });

  test.each<[string, Answer, number]>([
    ["no network", "network", 0],
    ["a store that is away", new Response("{}", { status: 503 }), 503],
    ["too many attempts", new Response("{}", { status: 429 }), 429],
  ])("is not over because of %s", async (_, answer, status) => {
    const { session } = server({ "/auth/refresh": () => answer });
    await expect(session.start()).rejects.toMatchObject({ status });
    expect(session.state()).toEqual({ kind: "unknown" });
  });

  test("renews a refused token once for calls in parallel, and repeats them", async () => {
    const { session, calls, refreshes } = server({
      "/api/a": (token) => (token === "t1" ? refuse() : Response.json(1)),
      "/api/b": (token) => (token === "t1" ? refuse() : Response.json(2)),
    });
    await session.start();
    const answers = await Promise.all([session.send("/api/a"), session.send("/api/b")]);
    expect(answers.map((answer) => answer.status)).toEqual([200, 200]);
    expect(refreshes()).toBe(2);
    expect(calls.filter((call) => call.endsWith("t2"))).toEqual(["/api/a t2", "/api/b t2"]);
  });

  test("renews a token that has run out before it is sent", async () => {
    const { session, calls, pass } = server();
    await session.start();
    pass(895_000);
    await Promise.all([session.send("/api/a"), session.send("/api/a")]);
    expect(calls.slice(1)).toEqual(["/auth/refresh", "/api/a t2", "/api/a t2"]);
  });

  test("does not renew again for a call that was refused before the last renewal", async () => {
    let answerLate = (_: Response): void => {};
    const late = new Promise<Response>((resolve) => {
      answerLate = resolve;
    });
    let tokens = 0;
    const session = createSession(async (path, init) => {
      if (path === "/auth/refresh") {
        tokens += 1;
        return Response.json({ token: `t${tokens}`, expiresIn: 900, user });
      }
      const isOld = new Headers(init.headers).get("Authorization") === "Bearer t1";
      if (path === "/api/late" && isOld) return late;
      return isOld ? refuse() : Response.json({});
    });
    await session.start();
    const slow = session.send("/api/late");
    await session.send("/api/soon");
    answerLate(refuse());
    expect((await slow).status).toBe(200);
    expect(tokens).toBe(2);
  });

  test("repeats a call once only, and is out where the cookie is refused then", async () => {
    let isOver = false;
    const { session, calls } = server({
      "/api/a": refuse,
      "/auth/refresh": () =>
        isOver ? refuse() : Response.json({ token: "t", expiresIn: 900, user }),
    });
    await session.start();
    expect((await session.send("/api/a")).status).toBe(401);
    expect(calls.filter((call) => call.startsWith("/api/a"))).toHaveLength(2);
    isOver = true;
    expect((await session.send("/api/a")).status).toBe(401);
    expect(session.state()).toEqual({ kind: "out" });
  });

  test("repeats the body with the call", async () => {
    const bodies: unknown[] = [];
    const session = createSession(async (path, init) => {
      if (path === "/auth/refresh") return Response.json({ token: "t", expiresIn: 900, user });
      bodies.push(init.body);
      return bodies.length === 1 ? refuse() : Response.json({});
    });
    await session.start();
    await session.send("/api/a", { method: "POST", body: "{}" });
    expect(bodies).toEqual(["{}", "{}"]);
  });

  test("tells a network that is away as a failure of its own", async () => {
    const { session } = server({ "/api/a": () => "network" });
    await expect(session.send("/api/a")).rejects.toEqual(new ApiError(0));
  });
});
