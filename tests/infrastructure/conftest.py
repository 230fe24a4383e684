"""The template of the page, made once a run."""

import pytest

from tests.fakes.template import Template


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    return Template(tmp_path_factory.mktemp("cdk"))
