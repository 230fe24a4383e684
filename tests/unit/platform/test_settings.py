from pathlib import Path

import pytest

from infra_cdk.local import reference
from pixeltrack.platform import settings

ROOT = Path(__file__).parents[3]


def test_reads_values_and_keeps_defaults() -> None:
    loaded = settings.load(
        settings.Ingest,
        {"PIXELTRACK_TRUSTED_PROXIES": "10.0.0.0/8, ::1", "PIXELTRACK_ACKNOWLEDGE_WITHIN_MS": "9"},
    )
    assert loaded.trusted_proxies == ("10.0.0.0/8", "::1")
    assert loaded.acknowledge_within_ms == 9
    assert loaded.edge_secret == ""


def test_names_every_missing_and_wrong_variable_at_once() -> None:
    with pytest.raises(settings.SettingsError) as refused:
        settings.load(settings.Kafka, {"KAFKA_REPLICATION_FACTOR": "three"})
    assert "KAFKA_BOOTSTRAP_SERVERS is not set" in str(refused.value)
    assert "KAFKA_REPLICATION_FACTOR is not a whole number" in str(refused.value)


def test_never_shows_a_secret() -> None:
    loaded = settings.load(settings.Postgres, {"DATABASE_URL": "postgresql://u:hunter2@h/d"})
    assert "hunter2" not in repr(loaded)


def test_every_variable_is_declared_once() -> None:
    names = [v.name for group in settings.GROUPS for v in settings.variables(group)]
    assert len(names) == len(set(names))


def test_env_example_lists_what_the_settings_read() -> None:
    assert (ROOT / ".env.example").read_text() == reference.dotenv(), (
        "run `python -m infra_cdk.local.reference`"
    )


def test_the_readmes_table_lists_what_the_settings_read() -> None:
    readme = (ROOT / "README.md").read_text()
    assert reference.START in readme
    assert readme == reference.with_table(readme), "run `python -m infra_cdk.local.reference`"


SECRET = "s" * settings.LEAST_SECRET


@pytest.mark.parametrize(
    ("value", "keys"),
    [
        (f"k1:{SECRET}", (("k1", SECRET),)),
        (f"k2:{SECRET}:x , k1:{SECRET}", (("k2", f"{SECRET}:x"), ("k1", SECRET))),
    ],
)
def test_signing_keys_are_read_in_order(value: str, keys: tuple[tuple[str, str], ...]) -> None:
    loaded = settings.load(settings.Auth, {"PIXELTRACK_JWT_KEYS": value})
    assert loaded.jwt_keys == keys
    assert SECRET not in repr(loaded)


@pytest.mark.parametrize(
    "value",
    ["", ",", SECRET, f":{SECRET}", f"k1:{SECRET[1:]}", f"k1:{SECRET},k1:{SECRET}", "k1:"],
)
def test_weak_or_unnamed_signing_keys_are_refused_unseen(value: str) -> None:
    with pytest.raises(settings.SettingsError, match="PIXELTRACK_JWT_KEYS") as refused:
        settings.load(settings.Auth, {"PIXELTRACK_JWT_KEYS": value})
    assert SECRET[1:] not in str(refused.value)


def test_registration_is_one_of_three() -> None:
    values = {"PIXELTRACK_JWT_KEYS": f"k1:{SECRET}", "PIXELTRACK_REGISTRATION": "maybe"}
    with pytest.raises(settings.SettingsError, match="open, invite or closed"):
        settings.load(settings.Auth, values)


@pytest.mark.parametrize("value", ["stats.example", "ftp://stats.example", "https://", ""])
def test_the_public_address_is_one_of_the_web(value: str) -> None:
    with pytest.raises(settings.SettingsError, match="PIXELTRACK_PUBLIC_URL"):
        settings.load(settings.Web, {"PIXELTRACK_PUBLIC_URL": value})


@pytest.mark.parametrize(
    ("value", "origin"),
    [
        ("https://Straße.example:443/x", "https://xn--strae-oqa.example"),
        ("http://[::1]:8080", "http://[::1]:8080"),
        ("http://EXAMPLE.com:80", "http://example.com"),
    ],
)
def test_an_origin_is_the_one_that_browsers_send(value: str, origin: str) -> None:
    web = settings.load(settings.Web, {"PIXELTRACK_PUBLIC_URL": value})
    assert web.public_url == origin
    listed = {"PIXELTRACK_ALLOWED_ORIGINS": f"{value}, capacitor://localhost"}
    api = settings.load(settings.Api, listed)
    assert api.allowed_origins == (origin, "capacitor://localhost")
