"""Filters of reports: `dimension:op:value`, each a condition that a visit must fit."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from pixeltrack.facts.dimensions import Dimension
from pixeltrack.platform.errors import FieldError, Refused

MOST_FILTERS = 20
MOST_CHARACTERS = 2048
FIELD = "filter"


class Operator(StrEnum):
    """How a visit's values are held against a filter's."""

    IS = "is"
    IS_NOT = "is_not"
    CONTAINS = "contains"


@dataclass(frozen=True, slots=True)
class Filter:
    """One condition; an empty `value` stands for no value."""

    dimension: Dimension
    operator: Operator
    value: str


def parse(texts: Sequence[str]) -> tuple[Filter, ...]:
    """Read filters, each once; raises `Refused` naming `filter` for what is none."""
    if len(texts) > MOST_FILTERS:
        raise _refused(f"there may be at most {MOST_FILTERS}")
    return tuple(dict.fromkeys(map(_parsed, texts)))


def _parsed(text: str) -> Filter:
    parts = text.split(":", 2)
    if len(parts) < 3:
        raise _refused("must be written dimension:op:value")
    dimension, operator, value = parts
    if dimension not in set(Dimension):
        raise _refused(f"{dimension[:40]!r} is no dimension to filter by")
    if operator not in set(Operator):
        raise _refused(f"{operator[:40]!r} is no operator; it is one of {', '.join(Operator)}")
    if len(value) > MOST_CHARACTERS:
        raise _refused(f"a value has at most {MOST_CHARACTERS} characters")
    if "\0" in value:
        raise _refused("a value must not contain NUL")
    if operator == Operator.CONTAINS and not value:
        raise _refused("contains needs a value")
    return Filter(Dimension(dimension), Operator(operator), value)


def _refused(message: str) -> Refused:
    return Refused(400, FieldError(FIELD, message))
