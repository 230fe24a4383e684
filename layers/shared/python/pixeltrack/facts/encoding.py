"""Dictionary encoding: a hit stores ids in place of the texts of its event, and is read back."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pixeltrack.events.identity import digest
from pixeltrack.events.stored import StoredEvent
from pixeltrack.facts.dimensions import ATTRIBUTES, BOT, NONE, PROPERTY, Dimension, Fact
from pixeltrack.facts.ports import FactSite, FactsTransaction, NewContext, NewValue, NewVisitor
from pixeltrack.facts.visits import Hit

MOST_REMEMBERED = 200_000
_CONTEXT_VALUES = tuple(name.kind for name in ATTRIBUTES)

_SAID = tuple(
    ATTRIBUTES.index(dimension)
    for dimension in (
        Dimension.REFERRER,
        Dimension.UTM_SOURCE,
        Dimension.UTM_MEDIUM,
        Dimension.UTM_CAMPAIGN,
        Dimension.UTM_TERM,
        Dimension.UTM_CONTENT,
    )
)

Content = tuple[int, str, str, frozenset[str], tuple[str, ...]]
"""What the sender of an event decides: kind, page, name, properties, referrer and campaign.

Visitor, place and device may differ between the tries of an honest one, whose network changed.
"""

_Value = tuple[int, int, str]
_Context = tuple[int, tuple[str, ...]]


@dataclass(slots=True)
class Copy:
    """A copy of an event in a bucket, which may become the event's hit.

    `key` identifies the event, `copy` orders its copies, `site_key` and `visitor` are the keys of
    its site and visitor.
    """

    key: bytes
    copy: bytes
    site: FactSite
    site_key: bytes
    visitor: bytes
    event: StoredEvent
    fact: Fact


def content_of(copy: Copy) -> Content:
    """Return what a copy says."""
    fact = copy.fact
    said = tuple(fact.context[position] for position in _SAID)
    return int(fact.kind), fact.page, fact.name, frozenset(fact.properties), said


def contents_of(transaction: FactsTransaction, hits: Sequence[Hit]) -> Mapping[bytes, Content]:
    """Return what hits say, by event."""
    contexts = transaction.contexts({hit.context for hit in hits})
    said = {number: tuple(ids[position] for position in _SAID) for number, ids in contexts.items()}
    asked = {i for hit in hits for i in (hit.page, hit.name, *hit.properties)}
    texts = transaction.texts(asked.union(*said.values()))
    return {
        hit.key: (
            hit.kind,
            texts.get(hit.page, ""),
            texts.get(hit.name, ""),
            frozenset(texts.get(i, "") for i in hit.properties),
            tuple(texts.get(i, "") for i in said[hit.context]),
        )
        for hit in hits
    }


class DictionaryEncoder:
    """Encodes texts as ids, which are cached as long as the transactions that made them succeed."""

    def __init__(self) -> None:
        self._values: dict[_Value, int] = {}
        self._contexts: dict[_Context, int] = {}
        self._generation = -1

    def begin(self, generation: int) -> None:
        """Clear the cache where ids may have been deleted, or where it grew too large."""
        if generation != self._generation or len(self._values) > MOST_REMEMBERED:
            self.forget()
        if len(self._contexts) > MOST_REMEMBERED:
            self._contexts.clear()
        self._generation = generation

    def forget(self) -> None:
        """Clear the cache: a transaction was rolled back, and its new ids with it."""
        self._values.clear()
        self._contexts.clear()

    def hits(
        self, transaction: FactsTransaction, copies: Sequence[Copy]
    ) -> tuple[list[Hit], set[int]]:
        """Return copies as hits, and the set of visitors that are new."""
        self._learn_values(transaction, copies)
        self._learn_contexts(transaction, copies)
        visitors = transaction.visitor_ids(visitors_of(copies))
        made = [self._hit(copy, visitors[copy.visitor][0]) for copy in copies]
        return made, {number for number, is_new in visitors.values() if is_new}

    def _hit(self, copy: Copy, visitor: int) -> Hit:
        site, fact = copy.site.number, copy.fact
        return Hit(
            key=copy.key,
            copy=copy.copy,
            at=copy.event.at,
            kind=fact.kind,
            site=site,
            visitor=visitor,
            page=self._value(site, Dimension.PAGE.kind, fact.page),
            name=self._value(site, Dimension.EVENT.kind, fact.name),
            context=self._contexts[site, fact.context],
            bot=self._value(site, BOT, fact.bot),
            properties=tuple(self._value(site, PROPERTY, text) for text in fact.properties),
        )

    def _value(self, site: int, kind: int, text: str) -> int:
        return self._values[site, kind, text] if text else NONE

    def _learn_values(self, transaction: FactsTransaction, copies: Sequence[Copy]) -> None:
        contexts = {(copy.site.number, copy.fact.context) for copy in copies}
        asked = {
            (copy.site.number, kind, text)
            for copy in copies
            for kind, text in _texts(copy.fact)
            if text
        }
        asked |= {
            (site, kind, text)
            for site, texts in contexts.difference(self._contexts)
            for kind, text in zip(_CONTEXT_VALUES, texts, strict=True)
            if text
        }
        missing = [value for value in asked if value not in self._values]
        if not missing:
            return
        keys = {_value_key(*value): value for value in missing}
        new = [NewValue(key, site, kind, text) for key, (site, kind, text) in keys.items()]
        for key, number in transaction.value_ids(new).items():
            self._values[keys[key]] = number

    def _learn_contexts(self, transaction: FactsTransaction, copies: Sequence[Copy]) -> None:
        asked = {(copy.site.number, copy.fact.context) for copy in copies}
        missing = [context for context in asked if context not in self._contexts]
        if not missing:
            return
        keys = {_context_key(*context): context for context in missing}
        new = [NewContext(key, site, self._ids(site, texts)) for key, (site, texts) in keys.items()]
        for key, number in transaction.context_ids(new).items():
            self._contexts[keys[key]] = number

    def _ids(self, site: int, texts: Sequence[str]) -> tuple[int, ...]:
        pairs = zip(_CONTEXT_VALUES, texts, strict=True)
        return tuple(self._value(site, kind, text) for kind, text in pairs)


def _texts(fact: Fact) -> Iterable[tuple[int, str]]:
    yield Dimension.PAGE.kind, fact.page
    yield Dimension.EVENT.kind, fact.name
    yield BOT, fact.bot
    for text in fact.properties:
        yield PROPERTY, text


def visitors_of(copies: Iterable[Copy]) -> list[NewVisitor]:
    """Return the visitors of copies, each once."""
    return [
        NewVisitor(key, copy.site.number, copy.event.visitor, copy.event.imported)
        for key, copy in {copy.visitor: copy for copy in copies}.items()
    ]


def _value_key(site: int, kind: int, text: str) -> bytes:
    return digest("value", str(site), str(int(kind)), text)


def _context_key(site: int, texts: Sequence[str]) -> bytes:
    return digest("context", str(site), *texts)
