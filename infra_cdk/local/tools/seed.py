"""The demo: an account with a password, a site and an API key, the same at every start."""

import json
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import psycopg
from psycopg.rows import scalar_row

from infra_cdk.local import files
from pixeltrack.accounts.argon2 import Argon2Hasher
from pixeltrack.accounts.keys import Scope, api_key, is_api_key, key_hash, key_prefix
from pixeltrack.platform.identifiers import tracking_id

EMAIL = "demo@pixeltrack.local"
SITE_NAME = "Demo shop"
KEY_NAME = "Demo"
SCOPES = (Scope.EVENTS_READ, Scope.REPORTS_READ)
FILE = "demo.json"

_ACCOUNT = """
    insert into accounts as a (email, canonical_email, name, confirmed_at)
    values (%(email)s, %(email)s, 'Demo', now())
    on conflict (canonical_email) do update set confirmed_at = coalesce(a.confirmed_at, now())
    returning id::text"""
_KNOWN_HASH = "select password_hash from accounts where id = %(account)s"
_NEW_HASH = "update accounts set password_hash = %(hash)s where id = %(account)s"
_MOVE_SITE = """
    update sites s set url = %(url)s, updated_at = now()
    from site_members m
    where m.site_id = s.id and m.account_id = %(account)s and m.role = 'owner'
      and s.name = %(name)s
    returning s.id::text"""
_NEW_SITE = """
    with site as (
        insert into sites (tracking_id, url, name)
        values (%(tracking_id)s, %(url)s, %(name)s) returning id
    )
    insert into site_members (site_id, account_id, role)
    select id, %(account)s, 'owner' from site
    returning site_id::text"""
_TRACKING_ID = "select tracking_id from sites where id = %(site)s"
_KEEP_KEY = """
    update api_keys set scopes = %(scopes)s
    where hash = %(hash)s and account_id = %(account)s and revoked_at is null
    returning true"""
_REVOKE_KEYS = """
    update api_keys set revoked_at = now()
    where account_id = %(account)s and name = %(name)s and revoked_at is null"""
_NEW_KEY = """
    insert into api_keys (account_id, name, prefix, hash, scopes)
    values (%(account)s, %(name)s, %(prefix)s, %(hash)s, %(scopes)s)"""


@dataclass(frozen=True, slots=True)
class Demo:
    """What `demo.json` says; the only place where password and key stand in plain text."""

    email: str
    password: str
    site_id: str
    tracking_id: str
    api_key: str
    origin: str
    shop: str

    def json(self) -> str:
        """Return the demo in the format of the API."""
        names = {"site_id": "siteId", "tracking_id": "trackingId", "api_key": "apiKey"}
        values = {f: getattr(self, f) for f in self.__dataclass_fields__}
        return json.dumps({names.get(k, k): v for k, v in values.items()}, indent=2) + "\n"


def seed(database_url: str, stack_dir: Path, origin: str, shop: str) -> Demo:
    """Create what is missing of the demo and write `stack_dir/demo.json`, for its user only.

    The site follows the shop's address and keeps its ids. Password and key in the file are kept
    as long as they are valid; where the file is lost, new ones replace the old ones.
    """
    path, hasher = stack_dir / FILE, Argon2Hasher()
    with psycopg.connect(database_url, row_factory=scalar_row) as connection:

        def value(statement: str, **values: Any) -> Any:
            return connection.execute(statement.encode(), values).fetchone()

        # This locks the account's row, so two concurrent starts run one after the other.
        account = value(_ACCOUNT, email=EMAIL)
        wanted = {"account": account, "url": shop, "name": SITE_NAME}
        fresh = tracking_id(secrets.token_bytes(16))
        site = value(_MOVE_SITE, **wanted) or value(_NEW_SITE, tracking_id=fresh, **wanted)
        password = _written(path, "password") or ""
        if not hasher.verify(value(_KNOWN_HASH, account=account), password):
            password = secrets.token_urlsafe(12) + "-1a"
            row = {"account": account, "hash": hasher.hash(password)}
            connection.execute(_NEW_HASH.encode(), row)
        key, mine = _written(path, "apiKey"), {"account": account, "scopes": list(SCOPES)}
        if not (key and is_api_key(key) and value(_KEEP_KEY, hash=key_hash(key), **mine)):
            key = api_key(secrets.token_bytes(32))
            named = mine | {"name": KEY_NAME}
            connection.execute(_REVOKE_KEYS.encode(), named)
            row = named | {"prefix": key_prefix(key), "hash": key_hash(key)}
            connection.execute(_NEW_KEY.encode(), row)
        demo = Demo(EMAIL, password, site, value(_TRACKING_ID, site=site), key, origin, shop)
        files.replace(path, demo.json())
    return demo


def read_demo(stack_dir: Path) -> dict[str, str]:
    """Return what `stack_dir/demo.json` says; raise `Unusable` where it says too little."""
    path = stack_dir / FILE
    remedy = "run make up, which writes it anew"
    if not path.exists():
        raise files.Unusable(f"{path} is missing; {remedy}")
    try:
        found = msgspec.json.decode(files.text_of(path, remedy), type=dict[str, str])
    except msgspec.DecodeError:
        found = {}
    if not {"apiKey", "trackingId"} <= found.keys():
        raise files.Unusable(f"{path} is no description of the demo; {remedy}")
    return found


def _written(path: Path, name: str) -> str | None:
    """Read what an earlier start wrote; a file that is no demo counts as lost."""
    try:
        text = json.loads(path.read_text())[name]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return text if isinstance(text, str) else None
