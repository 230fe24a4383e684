"""Passwords are hashed in a queue of their own, which is bounded."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx

from infra_cdk.local.trial import Trial
from infra_cdk.topology import TOPOLOGY

COOKIE = "pixeltrack_refresh"
MANY = 60


def test_many_log_ins_at_once_hold_up_nobody_who_is_logged_in(
    host: Trial, register: Callable[..., Any]
) -> None:
    person = register()
    proof = {"email": person.email, "password": person.password}
    ended: list[str] = []
    half_sent = threading.Event()

    def log_in(n: int) -> httpx.Response:
        if n == MANY // 2:
            half_sent.set()
        address = {"X-Forwarded-For": f"2001:db8:{n:x}::1"}
        answer = client.post("/auth/login", json=proof, headers=address)
        ended.append("log-in" if answer.status_code == 200 else "refused")
        return answer

    limits = httpx.Limits(max_connections=MANY)
    with (
        httpx.Client(base_url=host.origin, timeout=60, limits=limits) as client,
        ThreadPoolExecutor(MANY) as threads,
    ):
        log_ins = [threads.submit(log_in, n) for n in range(MANY)]
        assert half_sent.wait(20)
        cookie = {"Cookie": f"{COOKIE}={person.cookie}"}
        refreshed = httpx.post(f"{host.origin}/auth/refresh", headers=cookie, timeout=60)
        me = httpx.get(f"{host.origin}/auth/me", headers=person.bearer, timeout=60)
        out = httpx.post(f"{host.origin}/auth/logout", headers=cookie, timeout=60)
        before = ended.count("log-in")
        answers = [log_in.result() for log_in in log_ins]

    assert [a.status_code for a in (refreshed, me, out)] == [200, 200, 200]
    statuses = {answer.status_code for answer in answers}
    assert statuses == {200, 429}, statuses
    # Were they served in turn, every log-in that was served would have ended before.
    assert before < ended.count("log-in")
    assert ended.count("log-in") >= TOPOLOGY.function("passwords").environments
    for refused in (answer for answer in answers if answer.status_code == 429):
        assert int(refused.headers["Retry-After"]) >= 1
        assert refused.headers["Content-Type"] == "application/problem+json"
