"""Filters as SQL conditions on visits: every value is a parameter, every name one of ours."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from psycopg.sql import SQL, Composable, Identifier, Placeholder

from pixeltrack.facts.dimensions import NONE, Dimension
from pixeltrack.platform.postgres import Transaction
from pixeltrack.reports.query import LINKS, Filter, Operator

LINK = "url="
"""Prefix of the property that holds the address of an outbound link or a download."""

_FEW = 32
_OF_ANYWHERE = {Dimension.PAGE: "pages", Dimension.EVENT: "names"}


@dataclass(frozen=True, slots=True)
class Selection:
    """A condition on visits `v` and its parameters; `is_all` where every visit matches."""

    condition: Composable
    values: dict[str, Any]
    is_all: bool


@dataclass(frozen=True, slots=True)
class Dictionary:
    """Looks up the ids of a site's values."""

    transaction: Transaction
    site: int

    def equal(self, kind: int, text: str) -> list[int]:
        """Return the id of a value; for an empty text, the id of no value."""
        if not text:
            return [NONE]
        return self._ids("values_equal", kind=kind, text=text)

    def containing(self, kind: int, text: str, prefix: str = "") -> list[int]:
        """Return the ids of values that contain a text after a prefix, ignoring case."""
        return self._ids("values_containing", kind=kind, text=text, prefix=prefix)

    def matching(self, kind: int, pattern: str) -> list[int]:
        """Return the ids of values that match a pattern in which `*` stands for anything."""
        return self._ids("values_like", kind=kind, pattern=like(pattern).replace("*", "%"))

    def _ids(self, name: str, **values: Any) -> list[int]:
        rows = self.transaction.rows(f"reports/{name}", site=self.site, **values)
        return [row["id"] for row in rows]


def selection(filters: Iterable[Filter], dictionary: Dictionary) -> Selection:
    """Return the condition that visits match every filter."""
    conditions: list[Composable] = []
    values: dict[str, Any] = {}
    for n, asked in enumerate(filters):
        name = f"filter_{n}"
        values[name] = _ids(asked, dictionary)
        conditions.append(_condition(asked, name, values, dictionary))
    if not conditions:
        return Selection(SQL("true"), {}, is_all=True)
    return Selection(SQL(" and ").join(conditions), values, is_all=False)


def overlap(column: Composable, name: str, ids: Sequence[int]) -> Composable:
    """Return whether an array contains one of the ids; many ids are looked up by hash."""
    if len(ids) <= _FEW:
        return SQL("{} && {}::integer[]").format(column, Placeholder(name))
    among = SQL("exists (select from unnest({}) one where one = any({}::integer[]))")
    return among.format(column, Placeholder(name))


def like(text: str) -> str:
    """Return a text as a `like` pattern that matches only the text itself."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _ids(asked: Filter, dictionary: Dictionary) -> list[int]:
    kind, prefix = asked.dimension.kind, LINK if asked.dimension in LINKS else ""
    if asked.operator is Operator.CONTAINS:
        return dictionary.containing(kind, asked.value, prefix)
    return dictionary.equal(kind, asked.value and prefix + asked.value)


def _condition(
    asked: Filter, name: str, values: dict[str, Any], dictionary: Dictionary
) -> Composable:
    fits = _fits(asked.dimension, name, values, dictionary)
    return SQL("not ({})").format(fits) if asked.operator is Operator.IS_NOT else fits


def _fits(
    dimension: Dimension, name: str, values: dict[str, Any], dictionary: Dictionary
) -> Composable:
    if dimension in _OF_ANYWHERE:
        return overlap(Identifier("v", _OF_ANYWHERE[dimension]), name, values[name])
    if dimension in LINKS:
        values[f"{name}_name"] = dictionary.equal(Dimension.EVENT.kind, dimension)
        return _follows(name, values[name])
    return SQL("{} = any({}::integer[])").format(Identifier("v", dimension), Placeholder(name))


def _follows(name: str, ids: Sequence[int]) -> Composable:
    text = SQL(
        "v.names && {named}::integer[] and exists (select from hits h where h.visitor = v.visitor"
        " and h.at >= v.start_at and h.at <= v.last_at and h.visit_at = v.start_at"
        " and h.name = any({named}) and {holds})"
    )
    holds = overlap(Identifier("h", "properties"), name, ids)
    return text.format(named=Placeholder(f"{name}_name"), holds=holds)
