"""What a page's query says of the campaign that led to it."""

from typing import NamedTuple
from urllib.parse import parse_qsl

CLICK_IDS = frozenset(
    {
        "gclid", "gbraid", "wbraid", "dclid", "gad_source", "fbclid", "msclkid", "yclid",
        "ysclid", "ttclid", "twclid", "li_fat_id", "igshid", "epik", "rdt_cid", "sccid", "vkclid",
    }
)  # fmt: skip
"""Parameters by which advertisers number clicks: the name tells the network, the value a person."""

_MOST_FIELDS = 200
_MOST_CHARACTERS = 255


class Campaign(NamedTuple):
    """The five `utm_` parameters, and the name (never the value) of a click id."""

    source: str | None = None
    medium: str | None = None
    campaign: str | None = None
    term: str | None = None
    content: str | None = None
    click_id: str | None = None


NONE = Campaign()


def campaign(query: str) -> Campaign:
    """Read a query string; the first value of a parameter counts, names in any case."""
    if "=" not in query:
        return NONE
    try:
        pairs = parse_qsl(query, max_num_fields=_MOST_FIELDS)
    except ValueError:
        return NONE
    values: dict[str, str] = {}
    click_id = None
    for name, value in pairs:
        key = name.lower()
        if key.startswith("utm_") and (text := _kept(value)):
            values.setdefault(key, text)
        elif click_id is None and key in CLICK_IDS:
            click_id = key
    named = {name: values.get(f"utm_{name}") for name in Campaign._fields[:-1]}
    return Campaign(**named)._replace(click_id=click_id)


def _kept(value: str) -> str:
    """Cut a value; one with NUL, which PostgreSQL cannot hold, is none."""
    return "" if "\0" in value else value.strip()[:_MOST_CHARACTERS]
