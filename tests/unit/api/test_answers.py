"""What leaves the API: UTF-8, and nothing that Lambda would refuse."""

import json
from typing import Any

import pytest
from aws_lambda_powertools.event_handler import Response
from pydantic import BaseModel

from pixeltrack.api.http import HttpApi
from pixeltrack.platform.settings import Api
from tests.fakes.gateway import Context, http_event, problem

MOST_BYTES = 6 * 1024 * 1024


class Word(BaseModel):
    word: str


def answer(word: str, *, as_text: bool = False, **event: Any) -> dict[str, Any]:
    api = HttpApi(
        "words",
        is_live=lambda *_: True,
        settings=lambda: Api(allowed_origins=("https://a.example",)),
    )

    @api.route("GET", "/word", public=True, problems={})
    def get_word() -> Word:
        return Word(word=word)

    @api.route("GET", "/text", public=True, texts={"text/plain": "It."}, problems={})
    def get_text() -> Response[str]:
        return Response(200, "text/plain", word)

    return api(http_event("GET /text" if as_text else "GET /word", **event), Context())


def size_of(response: dict[str, Any]) -> int:
    """What Lambda's runtime makes of an answer."""
    return len(json.dumps(response, ensure_ascii=False).encode())


def test_letters_are_answered_as_they_are() -> None:
    response = answer("страница 東京")
    assert response["body"] == '{"word":"страница 東京"}'
    assert response["headers"]["Content-Type"] == "application/json"


@pytest.mark.parametrize("as_text", [True, False])
@pytest.mark.parametrize("unit", ["x", '"', "я", "\n", "\x01"])
def test_what_lambda_would_not_let_through_is_a_problem_and_counted_as_one(
    capsys: pytest.CaptureFixture[str],
    unit: str,
    as_text: bool,
) -> None:
    word = unit * (MOST_BYTES // len(json.dumps(unit, ensure_ascii=False).encode()[1:-1]) + 1)
    response = answer(word, as_text=as_text, request_id="request-6")
    assert problem(response)["status"] == 500
    assert problem(response)["requestId"] == "request-6"
    assert size_of(response) < 2000
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    fault, counted = lines
    assert (fault["level"], fault["request_id"]) == ("ERROR", "request-6")
    assert (counted["status"], counted["requests"]) == ("500", 1)


def test_an_answer_of_just_the_size_leaves_and_a_byte_more_does_not() -> None:
    room = MOST_BYTES - size_of(answer("", as_text=True))
    assert size_of(answer("x" * room, as_text=True)) == MOST_BYTES
    assert answer("x" * (room + 1), as_text=True)["statusCode"] == 500
    assert answer("\n" * (room // 2), as_text=True)["statusCode"] == 200
    assert answer("\n" * (room // 2 + 1), as_text=True)["statusCode"] == 500
    assert answer("я" * (room // 2), as_text=True)["statusCode"] == 200
    assert answer("я" * (room // 2 + 1), as_text=True)["statusCode"] == 500


def test_a_refused_answer_is_still_one_that_an_allowed_origin_may_read() -> None:
    response = answer("x" * MOST_BYTES, headers={"Origin": "https://a.example"})
    assert problem(response)["status"] == 500
    assert response["headers"]["Access-Control-Allow-Origin"] == "https://a.example"


def test_settings_that_are_wrong_are_a_problem_too() -> None:
    def settings() -> Api:
        raise ValueError("no settings")

    api = HttpApi("words", is_live=lambda *_: True, settings=settings)
    assert problem(api(http_event("GET /word"), Context()))["status"] == 500


@pytest.mark.parametrize("as_text", [True, False])
def test_what_is_no_unicode_is_a_problem_too(*, as_text: bool) -> None:
    assert problem(answer("half \ud800", as_text=as_text))["status"] == 500
