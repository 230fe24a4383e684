"""Queries as SQL: filters as conditions on visits, and the parts that make a breakdown's rows.

Every value is a parameter, every name one of ours.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from psycopg.rows import DictRow
from psycopg.sql import SQL, Composable, Identifier, Placeholder

from pixeltrack.facts.dimensions import NONE, OTHER, PROPERTY, Dimension
from pixeltrack.facts.visits import Kind
from pixeltrack.platform.postgres import Transaction, fill
from pixeltrack.reports.ports import GoalIds
from pixeltrack.reports.query import (
    LINK,
    LINKS,
    Filter,
    Grouping,
    Operator,
    has_spellings,
    kept,
    shown,
    spellings,
)
from pixeltrack.sites.goals import GoalKind

_FEW = 32
_MOST_LETTERS = 100
_UNTOLD = re.compile(rf"%[89a-f]|^[0-9a-f].*[^\x00-\x7f]|.{{{_MOST_LETTERS + 1}}}", re.DOTALL)
"""Texts of which the pattern finds more: with escapes of letters, beginning with what may be the
end of one before letters, and long ones."""

_OF_ANYWHERE = {Dimension.PAGE: "pages", Dimension.EVENT: "names"}


@dataclass(frozen=True, slots=True)
class Selection:
    """A condition on visits `v` and its parameters; `is_all` where every person's visit matches."""

    condition: Composable
    values: dict[str, Any]
    is_all: bool


@dataclass(frozen=True, slots=True)
class Dictionary:
    """Looks up the ids of a site's values."""

    transaction: Transaction
    site: int

    def equal(self, dimension: Dimension, text: str) -> list[int]:
        """Return the ids of a value in any spelling; for an empty text, the id of no value."""
        if not text:
            return [NONE]
        texts = [prefix_of(dimension) + each for each in spellings(dimension, text)]
        return self.of_kind(dimension.kind, texts)

    def of_kind(self, kind: int, texts: Sequence[str]) -> list[int]:
        """Return the ids of values of a kind, spelled as they are kept."""
        return self._ids("values_equal", kind=kind, texts=texts)

    def containing(self, dimension: Dimension | None, text: str) -> list[int]:
        """Return the ids of values that, as they are shown, contain a text, ignoring case.

        None stands for members of payloads.
        """
        kind = PROPERTY if dimension is None else dimension.kind
        asked = {"kind": kind, "prefix": prefix_of(dimension)}
        if not has_spellings(dimension):
            return self._ids("values_containing", text=text, **asked)
        looked_for = {each.lower() for each in (text, shown(dimension, kept(dimension, text)))}
        rows = self._rows("values_like_spellings", pattern=pattern(looked_for), **asked)
        is_told = not any(map(_UNTOLD.search, looked_for))
        return [
            number
            for number, value in ((row["id"], row["value"]) for row in rows)
            if (is_told and "xn--" not in value) or _holds(dimension, value, looked_for)
        ]

    def matching(self, dimension: Dimension, pattern: str) -> list[int]:
        """Return the ids of values that match a pattern in which `*` stands for anything."""
        patterns = [like(each).replace("*", "%") for each in spellings(dimension, pattern)]
        return self._ids("values_like", kind=dimension.kind, patterns=patterns)

    def _ids(self, name: str, **values: Any) -> list[int]:
        return [row["id"] for row in self._rows(name, **values)]

    def _rows(self, name: str, **values: Any) -> list[DictRow]:
        return self.transaction.rows(f"reports/{name}", site=self.site, **values)


def selection(filters: Iterable[Filter], dictionary: Dictionary, most_pace: int) -> Selection:
    """Return the condition that visits are a person's by their pace and match every filter."""
    conditions: list[Composable] = [SQL("v.pace <= %(most_pace)s")]
    values: dict[str, Any] = {"most_pace": most_pace}
    for n, asked in enumerate(filters):
        name = f"filter_{n}"
        values[name] = _ids(asked, dictionary)
        conditions.append(_condition(asked, name, values, dictionary))
    return Selection(SQL(" and ").join(conditions), values, is_all=len(conditions) == 1)


def overlap(column: Composable, name: str, ids: Sequence[int]) -> Composable:
    """Return whether an array contains one of the ids; many ids are looked up by hash."""
    if len(ids) <= _FEW:
        return SQL("{} && {}::integer[]").format(column, Placeholder(name))
    among = SQL("exists (select from unnest({}) one where one = any({}::integer[]))")
    return among.format(column, Placeholder(name))


def like(text: str) -> str:
    """Return a text as a `like` pattern that matches only the text itself."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def pattern(texts: Iterable[str]) -> str:
    """Return a regular expression that is found where a value that is kept shows one of the texts.

    Texts are in lower case. Each letter may be there itself, or escaped in either case; digits of
    escapes are no letters. Of a text that `_UNTOLD` matches more is found.
    """
    return "|".join(_beginning(text) + _letters(text[:_MOST_LETTERS]) for text in texts)


def _beginning(text: str) -> str:
    """Return what keeps a plain text from beginning within the escape of a letter."""
    if not text.isascii() or _UNTOLD.search(text):
        return ""
    guards = {"(?<!%[89A-F])": "0123456789abcdef", "(?<!%)": "89abcdef"}
    return "".join(guard for guard, digits in guards.items() if text[:1] in digits)


def _letters(text: str) -> str:
    """Return a text's letters; its `%` is none of a letter's escape, unless the text goes on so."""
    letters = "".join(map(_letter, text))
    return re.sub(r"\\%(?!\[?[89A-F])", r"\\%(?![89A-F])", letters)


def _letter(letter: str) -> str:
    if letter.isascii():
        return _either_case(letter) if letter.isalnum() else f"\\{letter}"
    forms = {letter, letter.lower(), letter.upper()}
    escaped = ("".join(map(_either_case, quote(form, errors="replace"))) for form in forms)
    return f"(?:{'|'.join(sorted(forms | set(escaped)))})"


def _either_case(character: str) -> str:
    return f"[{character.upper()}{character.lower()}]" if character.isalpha() else character


def _holds(dimension: Dimension | None, value: str, looked_for: Iterable[str]) -> bool:
    """Tell whether a value shows one of the texts, as it is kept or as it would be today."""
    forms = [shown(dimension, form).lower() for form in {value, kept(dimension, value)}]
    return any(text in form for text in looked_for for form in forms)


def _ids(asked: Filter, dictionary: Dictionary) -> list[int]:
    if asked.operator is Operator.CONTAINS:
        return dictionary.containing(asked.dimension, asked.value)
    return dictionary.equal(asked.dimension, asked.value)


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
        values[f"{name}_name"] = dictionary.equal(Dimension.EVENT, dimension)
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


NO_COLUMN = SQL("null as value")
_HELD_PAGES = SQL("v.pages as held, v.page_views as times")
_HELD_NAMES = SQL("v.names as held, v.name_events as times")
_IS_NAMED = SQL("v.names && array[%(name)s]::integer[] as is_named")
_WITH_NONE = frozenset(
    {
        Dimension.SOURCE,
        Dimension.COUNTRY,
        Dimension.REGION,
        Dimension.CITY,
        Dimension.BROWSER,
        Dimension.OS,
        Dimension.DEVICE,
        Dimension.SCREEN,
        Dimension.LANGUAGE,
        Dimension.NETWORK,
    }
)
"""Dimensions whose rows include one for visits without a value."""


def column_of(goal: GoalIds) -> str:
    """Return the array of visits that holds a goal's ids."""
    return "pages" if goal.goal.kind is GoalKind.PAGE else "names"


@dataclass(frozen=True, slots=True)
class Pieces:
    """A column that selected visits need, parts of the statement, and their parameters' values."""

    column: Composable
    parts: dict[str, Composable]
    values: dict[str, Any]


def pieces(grouping: Grouping, goal: GoalIds | None, dictionary: Dictionary) -> Pieces:
    """Return the parts of the statement that make the rows of a grouping."""
    made = _of(grouping, dictionary, SQL("0") if goal is None else SQL("is_converted"))
    dimension = grouping.dimension
    values = made.values | {
        "dimension": dimension.rollup if dimension else None,
        "has_none": dimension in _WITH_NONE,
        "prefix": prefix_of(dimension),
    }
    if goal is None:
        return Pieces(made.column, made.parts, values)
    reached = overlap(Identifier("v", column_of(goal)), "goal", goal.ids)
    column = SQL("{}, ({})::integer as is_converted").format(made.column, reached)
    return Pieces(column, made.parts, values | {"goal": list(goal.ids)})


def prefix_of(dimension: Dimension | None) -> str:
    """Return what stands before a dimension's values where they are kept."""
    return LINK if dimension in LINKS else ""


def _of(grouping: Grouping, dictionary: Dictionary, is_converted: Composable) -> Pieces:
    hits = fill("reports/hits_of_visit")
    match grouping.dimension:
        case Dimension.PAGE | Dimension.EVENT as dimension:
            is_page = dimension is Dimension.PAGE
            times = SQL("case when is_whole then coalesce(times, 1) else 0 end")
            parts = fill(
                "reports/of_held",
                hit_cell=SQL("page" if is_page else "name"),
                hits=hits,
                is_view=SQL("1" if is_page else "0"),
                views_held=times if is_page else SQL("0"),
                events_held=SQL("0") if is_page else times,
                is_converted=is_converted,
            )
            kind = Kind.PAGEVIEW if is_page else Kind.EVENT
            column = _HELD_PAGES if is_page else _HELD_NAMES
            return Pieces(column, {"parts": parts, "properties": SQL("")}, {"kind": kind})
        case None | Dimension.OUTBOUND | Dimension.DOWNLOAD as dimension:
            names = dictionary.equal(Dimension.EVENT, dimension or grouping.event)
            properties = SQL("properties as materialized ({}),").format(
                fill("reports/properties", hits=hits)
            )
            parts = fill("reports/of_properties", is_converted=is_converted)
            name = names[0] if names else OTHER
            return Pieces(_IS_NAMED, {"parts": parts, "properties": properties}, {"name": name})
        case dimension:
            parts = fill(
                "reports/of_visits",
                visit_cell=SQL("value"),
                hit_cell=SQL("value"),
                hits=hits,
                is_converted=is_converted,
            )
            value = SQL("v.{} as value").format(Identifier(dimension))
            return Pieces(value, {"parts": parts, "properties": SQL("")}, {})
