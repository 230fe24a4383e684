"""Writes down the schema that the migrations make, with which databases are compared."""

import secrets
from pathlib import Path

from infra_cdk.local.servers.postgres import create_database, drop_database
from pixeltrack.platform import catalog
from pixeltrack.platform.schema import MIGRATIONS, migrate


def write(url: str) -> Path:
    """Migrate an empty database of the server at `url`, store its catalog, return the file."""
    name = f"schema_{secrets.token_hex(6)}"
    fresh = create_database(url, name)
    try:
        migrate(fresh)
        path = MIGRATIONS.parent / catalog.EXPECTED
        path.write_text(catalog.encode(catalog.catalog(fresh)))
    finally:
        drop_database(url, name)
    return path
