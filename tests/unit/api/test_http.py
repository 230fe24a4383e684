import json
import time
from collections.abc import Callable
from typing import Annotated, Any

import pytest
from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.exceptions import BadRequestError
from aws_lambda_powertools.event_handler.openapi.params import Query
from pydantic import BaseModel, Field

from pixeltrack.api.http import HttpApi
from pixeltrack.api.requests import Request
from pixeltrack.platform.errors import (
    FieldError,
    Forbidden,
    LogInRefused,
    NotFound,
    Refused,
    StoreUnavailable,
    Throttled,
    Unauthenticated,
)
from pixeltrack.platform.settings import Api
from tests.fakes.gateway import Context, http_event, problem

ORIGIN = "https://dashboard.example"
KEY = {"kind": "key", "account": "account-1", "scopes": "things:read things:write"}


class Thing(BaseModel):
    name: str


class NewThing(BaseModel):
    name: str = Field(min_length=3)
    tags: list[int] = []


LOG_IN = "log-in-2"


def api_of(
    run: Callable[[], Any] = lambda: None,
    origins: tuple[str, ...] = (),
    is_live: Callable[[str, str], bool] = lambda account, log_in: account[-1:] == log_in[-1:],
) -> HttpApi:
    """An API whose `GET /things/{id}` calls `run`, and whose other routes show validation."""
    api = HttpApi("things", is_live=is_live, settings=lambda: Api(allowed_origins=origins))

    @api.route("GET", "/things/{id}", scope="things:read", problems={})
    def get_thing(request: Request, id: str, limit: Annotated[int, Query(le=5)] = 1) -> Thing:  # noqa: A002
        run()
        return Thing(name=f"{id} {limit} {request.caller.account}")

    @api.route("POST", "/things", scope="things:write", problems={})
    def add_thing(thing: NewThing) -> Thing:
        return Thing(name=thing.name)

    @api.route("GET", "/open", public=True, problems={})
    def get_open() -> Thing:
        return Thing(name="open")

    @api.route("GET", "/anybody", public=True, problems={})
    def get_anybody(request: Request) -> Thing:
        return Thing(name=request.caller.account)

    @api.route("PATCH", "/things/{id}", user=True, status=201, problems={})
    def copy_thing(request: Request, id: str) -> Thing:  # noqa: A002
        request.add_header("Location", f"/things/{id}-copy")
        request.add_cookie("seen=1; HttpOnly")
        return Thing(name=f"{request.caller.account} {request.cookie('seen')}")

    @api.route("DELETE", "/things/{id}", user=True, status=204, problems={})
    def delete_thing(id: str) -> None:  # noqa: A002, ARG001
        run()

    @api.route("GET", "/me", user=True, problems={})
    def get_me(request: Request) -> Thing:
        run()
        return Thing(name=request.caller.account)

    return api


def get_thing(api: HttpApi, **changes: Any) -> dict[str, Any]:
    changes = {"verdict": KEY, "path": "/things/7", **changes}
    return api(http_event("GET /things/{id}", **changes), Context())


def raising(error: BaseException) -> Callable[[], None]:
    def run() -> None:
        raise error

    return run


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_a_route_answers_json_with_the_request_id() -> None:
    response = get_thing(api_of(), request_id="request-9")
    assert response["statusCode"] == 200
    assert json.loads(response["body"]) == {"name": "7 1 account-1"}
    assert response["headers"]["X-Request-Id"] == "request-9"
    assert response["headers"]["Content-Type"] == "application/json"
    assert response["headers"]["Cache-Control"] == "no-store"


@pytest.mark.parametrize(("stage", "is_secure"), [("local", False), ("dev", True), ("prod", True)])
@pytest.mark.parametrize("does", [NotFound("no"), ValueError("no"), None])
def test_every_answer_protects_its_reader(
    monkeypatch: pytest.MonkeyPatch, stage: str, is_secure: bool, does: Exception | None
) -> None:
    monkeypatch.setenv("PIXELTRACK_STAGE", stage)
    headers = get_thing(api_of(raising(does)) if does else api_of())["headers"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert (headers.get("Strict-Transport-Security") == "max-age=31536000") is is_secure


@pytest.mark.parametrize(
    ("error", "status", "header"),
    [
        (Refused(409, FieldError("name", "is taken")), 409, None),
        (Unauthenticated(), 401, "WWW-Authenticate"),
        (Forbidden("no"), 403, None),
        (NotFound("db row 7"), 404, None),
        (LogInRefused("wrong password"), 401, "WWW-Authenticate"),
        (Throttled(7), 429, "Retry-After"),
        (StoreUnavailable("db.internal:5432"), 503, "Retry-After"),
        (BadRequestError("in other words"), 500, None),
        (ValueError("db.internal:5432"), 500, None),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else None,
)
def test_the_error_tree_becomes_problems(error: Exception, status: int, header: str | None) -> None:
    response = get_thing(api_of(raising(error)))
    told = problem(response)
    assert told["status"] == status
    assert "internal" not in response["body"]
    assert header is None or header in response["headers"]


def test_a_refused_input_names_its_fields() -> None:
    response = get_thing(api_of(raising(Refused(400, FieldError("before", "is no cursor")))))
    assert problem(response)["errors"] == [{"field": "before", "message": "is no cursor"}]


def test_an_exception_is_logged_with_its_stack_and_the_next_request_is_served(
    capsys: pytest.CaptureFixture[str],
) -> None:
    faults = [ValueError("broken wire")]

    def run() -> None:
        if faults:
            raise faults.pop()

    api = api_of(run)
    failed = get_thing(api, request_id="request-a")
    entry = next(line for line in lines(capsys) if line["level"] == "ERROR")
    assert problem(failed)["requestId"] == entry["request_id"] == "request-a"
    assert "broken wire" in json.dumps(entry)
    assert "in run" in json.dumps(entry)
    assert get_thing(api)["statusCode"] == 200


@pytest.mark.parametrize(
    ("query", "fields"), [({"limit": "6"}, ["limit"]), ({"limit": "abc"}, ["limit"])]
)
def test_a_parameter_is_refused_by_name(query: dict[str, str], fields: list[str]) -> None:
    told = problem(get_thing(api_of(), query=query))
    assert told["status"] == 400
    assert [e["field"] for e in told["errors"]] == fields


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ('{"name": "ab", "tags": [1, "x"]}', ["name", "tags[1]"]),
        ("{}", ["name"]),
        ("[]", ["body"]),
        ("{", ["body"]),
    ],
)
def test_a_body_is_refused_by_field(body: str, fields: list[str]) -> None:
    headers = {"content-type": "application/json"}
    event = http_event("POST /things", body=body, headers=headers, verdict=KEY)
    told = problem(api_of()(event, Context()))
    assert told["status"] == 400
    assert [e["field"] for e in told["errors"]] == fields


def test_a_body_of_another_type_is_refused() -> None:
    event = http_event("POST /things", body="{}", headers={"content-type": "text/plain"})
    event["requestContext"]["authorizer"] = {"lambda": KEY}
    assert problem(api_of()(event, Context()))["status"] == 415


@pytest.mark.parametrize(
    ("verdict", "status", "challenge"),
    [
        (None, 401, 'Bearer realm="pixeltrack"'),
        ({}, 401, 'Bearer realm="pixeltrack"'),
        ({"kind": "anonymous"}, 401, 'Bearer realm="pixeltrack"'),
        ({"kind": "unheard-of", "account": "account-1"}, 401, 'Bearer realm="pixeltrack"'),
        ({"kind": "invalid"}, 401, 'Bearer realm="pixeltrack", error="invalid_token"'),
        ({"kind": "unavailable"}, 503, None),
        ({"kind": "key", "account": "account-1", "scopes": "other:read"}, 403, None),
        ({"kind": "key", "account": "account-1", "scopes": ""}, 403, None),
    ],
)
def test_a_route_is_denied_without_the_verdict_it_needs(
    verdict: dict[str, str] | None, status: int, challenge: str | None
) -> None:
    def run() -> None:
        pytest.fail("the route ran")

    response = get_thing(api_of(run), verdict=verdict, query={"limit": "abc"})
    assert problem(response)["status"] == status
    assert response["headers"].get("WWW-Authenticate") == challenge


USER = {"kind": "user", "account": "account-2", "scopes": "*", "logIn": LOG_IN}
ENDED = USER | {"logIn": "log-in-1"}
UNNAMED = {"kind": "user", "account": "account-2", "scopes": "*"}


def test_a_user_has_every_scope() -> None:
    response = get_thing(api_of(), verdict=USER)
    assert json.loads(response["body"]) == {"name": "7 1 account-2"}


ROUTES = ["GET /things/{id}", "POST /things", "PATCH /things/{id}", "DELETE /things/{id}"]
ROUTES += ["GET /me"]
READS = {"GET /things/{id}"}


@pytest.mark.parametrize("verdict", [ENDED, UNNAMED], ids=["ended", "unnamed"])
@pytest.mark.parametrize("route", ROUTES)
def test_a_token_whose_log_in_has_ended_reads_and_does_nothing_else(
    route: str, verdict: dict[str, str]
) -> None:
    ran: list[str] = []
    path = route.partition(" ")[2].replace("{id}", "7")
    event = http_event(route, path=path, verdict=verdict, body="{")
    response = api_of(lambda: ran.append(route))(event, Context())
    if route in READS:
        assert (response["statusCode"], ran) == (200, [route])
        return
    assert problem(response)["status"] == 401
    challenge = 'Bearer realm="pixeltrack", error="invalid_token"'
    assert response["headers"]["WWW-Authenticate"] == challenge
    assert ran == []


@pytest.mark.parametrize("verdict", [USER, KEY], ids=["user", "key"])
def test_a_read_by_scope_asks_nothing_more(verdict: dict[str, str]) -> None:
    looked_up: list[str] = []

    def is_live(_account: str, log_in: str) -> bool:
        looked_up.append(log_in)
        return True

    assert get_thing(api_of(is_live=is_live), verdict=verdict)["statusCode"] == 200
    assert looked_up == []
    event = http_event("PATCH /things/{id}", path="/things/7", verdict=USER)
    assert api_of(is_live=is_live)(event, Context())["statusCode"] == 201
    assert looked_up == [LOG_IN]


def test_a_store_that_cannot_tell_of_a_log_in_gives_503() -> None:
    def is_live(_account: str, _log_in: str) -> bool:
        raise StoreUnavailable("away")

    event = http_event("DELETE /things/{id}", path="/things/7", verdict=USER)
    response = api_of(is_live=is_live)(event, Context())
    assert problem(response)["status"] == 503
    assert response["headers"]["Retry-After"]


def test_a_route_for_users_refuses_every_key() -> None:
    def run() -> None:
        pytest.fail("the route ran")

    for scopes in ("things:write", "user", "*", "user *"):
        verdict = KEY | {"scopes": scopes}
        event = http_event("DELETE /things/{id}", path="/things/7", verdict=verdict)
        assert problem(api_of(run)(event, Context()))["status"] == 403


def test_what_is_made_is_answered_with_status_header_and_cookie() -> None:
    api = api_of()
    event = http_event("PATCH /things/{id}", path="/things/7", verdict=USER)
    event["cookies"] = ["other=2", "seen=0=a"]
    response = api(event, Context())
    assert response["statusCode"] == 201
    assert response["headers"]["Location"] == "/things/7-copy"
    assert response["cookies"] == ["seen=1; HttpOnly"]
    assert json.loads(response["body"]) == {"name": "account-2 0=a"}
    after = get_thing(api)
    assert not after.get("cookies")
    assert "Location" not in after["headers"]


def test_what_is_deleted_is_answered_without_a_body() -> None:
    event = http_event("DELETE /things/{id}", path="/things/7", verdict=USER)
    response = api_of()(event, Context())
    assert (response["statusCode"], response["body"]) == (204, "")
    assert "Content-Type" not in response["headers"]


def test_a_route_says_a_scope_or_that_it_is_public() -> None:
    with pytest.raises(ValueError, match="needs either"):
        HttpApi("things", is_live=lambda *_: True).route("GET", "/forgotten", problems={})


def test_a_public_route_needs_no_verdict() -> None:
    assert api_of()(http_event("GET /open"), Context())["statusCode"] == 200


def test_a_public_route_knows_no_caller_not_even_the_one_before() -> None:
    api = api_of()
    assert get_thing(api)["statusCode"] == 200
    response = api(http_event("GET /anybody", verdict=KEY), Context())
    assert problem(response)["status"] == 401


def test_a_request_is_no_parameter_of_the_description() -> None:
    document = json.loads(api_of().resolver.get_openapi_json_schema())
    described = document["paths"]["/things/{id}"]["get"]
    assert [p["name"] for p in described["parameters"]] == ["id", "limit"]
    assert "requestBody" not in described


def test_an_unknown_route_is_not_found() -> None:
    assert problem(api_of()(http_event("GET /nowhere"), Context()))["status"] == 404


def test_preflight_is_answered_for_allowed_origins_only() -> None:
    api = api_of(origins=(ORIGIN,))

    def ask(origin: str) -> dict[str, Any]:
        headers = {"Origin": origin}
        return api(http_event("OPTIONS /things/{id}", path="/things/7", headers=headers), Context())

    allowed, foreign = ask(ORIGIN), ask("https://evil.example")
    assert allowed["statusCode"] == foreign["statusCode"] == 204
    assert allowed["headers"]["Access-Control-Allow-Origin"] == ORIGIN
    assert allowed["headers"]["Access-Control-Allow-Credentials"] == "true"
    methods = allowed["headers"]["Access-Control-Allow-Methods"]
    assert methods == "DELETE, GET, OPTIONS, PATCH"
    assert allowed["headers"]["Access-Control-Max-Age"] == "300"
    assert not [h for h in foreign["headers"] if h.startswith("Access-Control")]


def test_answers_carry_cors_for_allowed_origins_only() -> None:
    headers = {"Origin": ORIGIN}
    allowed = get_thing(api_of(origins=(ORIGIN,)), headers=headers)["headers"]
    closed = get_thing(api_of(), headers=headers)["headers"]
    assert (allowed["Access-Control-Allow-Origin"], allowed["Vary"]) == (ORIGIN, "Origin")
    assert not [h for h in closed if h.startswith("Access-Control")]


def test_a_request_is_one_line_of_log_and_metrics(capsys: pytest.CaptureFixture[str]) -> None:
    get_thing(api_of(), request_id="request-5")
    (line,) = lines(capsys)
    assert line["message"] == "request"
    assert line["method"] == "GET"
    assert line["route"] == "GET /things/{id}"
    assert line["status"] == "200"
    assert line["requests"] == 1
    assert line["duration_ms"] > 0
    assert line["request_id"] == "request-5"
    assert "203.0.113.9" not in json.dumps(line)


def test_a_slow_route_is_given_up_before_the_deadline() -> None:
    done: list[str] = []

    def slow() -> None:
        try:
            while True:
                time.sleep(0.01)
        except Exception:  # noqa: BLE001 - what a careless route does
            done.append("swallowed")
        done.append("later")

    context = Context(ms=700)
    event = http_event("GET /things/{id}", path="/things/7", verdict=KEY)
    response = api_of(slow)(event, context)
    assert problem(response)["status"] == 503
    assert response["headers"]["Retry-After"]
    assert context.get_remaining_time_in_millis() > 0
    assert done == []


def test_a_request_without_time_left_does_not_begin() -> None:
    def run() -> None:
        pytest.fail("the route ran")

    event = http_event("GET /things/{id}", path="/things/7", verdict=KEY)
    assert api_of(run)(event, Context(ms=400))["statusCode"] == 503


def text_api() -> HttpApi:
    api = HttpApi("texts", is_live=lambda *_: True, settings=lambda: Api(allowed_origins=()))

    @api.route(
        "GET",
        "/lines",
        public=True,
        texts={"text/plain": "Lines."},
        headers={"Link": "The next page."},
        problems={},
    )
    def get_lines(request: Request) -> Response[str]:
        request.add_header("Link", request.next_page("p 2"))
        return Response(200, "text/plain", "\n".join(request.values("one")))

    return api


def test_a_text_is_answered_as_it_is_and_every_value_whole() -> None:
    event = http_event("GET /lines") | {
        "rawQueryString": "one=a%2Cb&two=x&one=&next=p1&one=c%3Ad",
        "queryStringParameters": {"one": "a,b,,c:d", "two": "x", "next": "p1"},
    }
    answer = text_api()(event, Context())
    assert answer["statusCode"] == 200
    assert answer["headers"]["Content-Type"] == "text/plain"
    assert answer["body"] == "a,b\n\nc:d"
    assert answer["headers"]["Link"] == "/lines?one=a%2Cb&two=x&one=&one=c%3Ad&next=p+2"


def test_a_text_is_described_with_its_headers() -> None:
    document = json.loads(text_api().resolver.get_openapi_json_schema())
    described = document["paths"]["/lines"]["get"]["responses"]["200"]
    assert list(described["content"]) == ["text/plain"]
    assert described["headers"]["Link"]["description"] == "The next page."
