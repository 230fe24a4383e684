"""What the shapes of all functions share: their base class, and recurring kinds of fields."""

from collections.abc import Callable
from typing import Annotated, Any, LiteralString, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints
from pydantic.alias_generators import to_camel
from pydantic.config import JsonDict
from pydantic_core import PydanticCustomError

from pixeltrack.platform.texts import is_line

_V = TypeVar("_V")

INSTANT: JsonDict = {"format": "date-time", "examples": ["2026-11-22T10:00:00.000Z"]}
"""Describes a text as an instant, as `platform.instants` writes it."""

DATE: JsonDict = {"format": "date", "examples": ["2026-11-22"]}
"""Describes a text as a day."""

MOST_LABEL = 200
"""Longest name that people give to something."""


class Shape(BaseModel):
    """What the API takes: camelCase alone, frozen; fields that are not known are ignored."""

    model_config = ConfigDict(frozen=True, alias_generator=to_camel)


class View(Shape):
    """What the API shows: made by the names of its fields, sent in camelCase."""

    model_config = ConfigDict(populate_by_name=True)


def absent(description: str) -> Any:
    """Return a field that may be left out, but not be null."""
    return Field(default_factory=lambda: None, description=description)


def spelled(rule: Callable[[_V], _V | None], wanted: LiteralString) -> AfterValidator:
    """Return a validator that normalises a value by a rule, or refuses it as not `wanted`."""

    def check(value: _V) -> _V:
        spelling = rule(value)
        if spelling is None:
            raise PydanticCustomError("unfit", wanted)
        return spelling

    return AfterValidator(check)


def _line(text: str) -> str | None:
    return text if is_line(text) else None


LINE = spelled(_line, "must not contain control characters")
"""Refuse control characters in a text."""

Label = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MOST_LABEL), LINE
]
"""A name that somebody gives to something: one line, without blanks around it."""
