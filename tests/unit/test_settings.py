from pathlib import Path

import pytest

from infra_cdk.local import reference
from pixeltrack.runtime import settings

ROOT = Path(__file__).parents[2]


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
