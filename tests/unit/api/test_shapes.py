from collections.abc import Iterator

import pytest
from pydantic import ValidationError

import functions.auth.handler
import functions.reports.handler
import functions.sites.handler  # noqa: F401 - their shapes are looked at
from pixeltrack.api.shapes import Shape, View


def taken(shape: type[Shape] = Shape) -> Iterator[type[Shape]]:
    """All shapes that requests are read by."""
    for kind in shape.__subclasses__():
        if not issubclass(kind, View):
            yield kind
            yield from taken(kind)


FIELDS = [
    pytest.param(shape, name, id=f"{shape.__name__}.{name}")
    for shape in taken()
    for name, field in shape.model_fields.items()
    if field.alias != name
]


def test_there_are_such_fields() -> None:
    assert {field.values[1] for field in FIELDS} >= {"retention_days", "current_password"}


@pytest.mark.parametrize(("shape", "name"), FIELDS)
@pytest.mark.parametrize("value", [5, None, "goodpassword123", []])
def test_a_field_is_taken_in_camel_case_alone(shape: type[Shape], name: str, value: object) -> None:
    try:
        read = shape.model_validate({name: value})
    except ValidationError as refused:
        assert {error["type"] for error in refused.errors()} == {"missing"}  # noqa: PT017
    else:
        assert name not in read.model_fields_set
