"""Does what its caller says, as the echo does, for callers that are known."""

from functions.echo.handler import handler

__all__ = ["handler"]
