"""Lends records of a process that surely runs: this one."""

import os
from collections.abc import Callable

import pytest

from infra_cdk.local.records import Record


@pytest.fixture
def fresh_record() -> Callable[..., Record]:
    def make(name: str, **values: str) -> Record:
        return Record.of(name, os.getpid(), "this test", values)

    return make
