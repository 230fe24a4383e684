from typing import Any

import pytest
from pydantic import ValidationError

from functions.auth import accounts, sessions
from pixeltrack.accounts.accounts import Language
from pixeltrack.accounts.registration import Registration

PASSWORD = "goodpassword123"


def test_a_registration_is_read_in_the_spelling_that_is_kept() -> None:
    sent = {"email": " Ann@Example.com ", "password": PASSWORD, "name": " Ann ", "language": "ru"}
    read = sessions.Registration.model_validate(sent).wanted()
    assert read == Registration("Ann@Example.com", PASSWORD, "Ann", Language.RUSSIAN)
    assert PASSWORD not in repr(read)


@pytest.mark.parametrize(
    ("sent", "changes"),
    [
        ({}, {}),
        ({"name": None}, {"name": None}),
        ({"language": "ru", "unknown": 1}, {"language": Language.RUSSIAN}),
        (
            {"password": PASSWORD, "currentPassword": "b"},
            {"password": PASSWORD, "current_password": "b"},
        ),
    ],
)
def test_of_an_account_only_what_was_sent_is_changed(
    sent: dict[str, Any], changes: dict[str, Any]
) -> None:
    assert accounts.ChangedUser.model_validate(sent).changes() == changes


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", "ann"),
        ("email", "ann\u200b@example.com"),
        ("email", "ann@example.com\uff0cbob@example.com"),
        ("password", "Password123"),
        ("password", "goodpassword\n123"),
        ("password", "a1" * 101),
        ("name", "Ann\x1b"),
        ("name", " "),
        ("language", "de"),
        ("invitation", ""),
    ],
)
def test_what_cannot_be_taken_is_refused_by_its_field(field: str, value: str) -> None:
    sent = {"email": "ann@example.com", "password": PASSWORD} | {field: value}
    with pytest.raises(ValidationError) as refused:
        sessions.Registration.model_validate(sent)
    assert [e["loc"] for e in refused.value.errors()] == [(field,)]


@pytest.mark.parametrize("shape", [sessions.Login, accounts.Forgotten])
def test_an_account_of_earlier_rules_is_named_by_its_exact_address(shape: Any) -> None:
    sent = {"email": " ☃@example.com ", "password": PASSWORD}
    assert shape.model_validate(sent).email == "☃@example.com"
    with pytest.raises(ValidationError) as refused:
        shape.model_validate(sent | {"email": "ann\u200b@example.com"})
    assert [e["loc"] for e in refused.value.errors()] == [("email",)]
