import subprocess
import sys

ALLOWED = {"msgspec", "confluent_kafka", "pixeltrack", "functions", "typing_extensions"}
"""`typing_extensions` is what msgspec itself imports on Python 3.11."""

LIST_MODULES = """
import sys
before = set(sys.modules)
import functions.collector.handler
print("\\n".join(set(sys.modules) - before))
"""


def test_the_collector_imports_nothing_but_what_a_cold_start_affords() -> None:
    listing = subprocess.run(
        [sys.executable, "-c", LIST_MODULES], capture_output=True, text=True, check=True
    )
    roots = {name.partition(".")[0] for name in listing.stdout.split()}
    strangers = roots - set(sys.stdlib_module_names) - ALLOWED
    assert "confluent_kafka" in roots
    assert strangers == set()
