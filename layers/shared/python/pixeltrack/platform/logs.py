"""Every function's log: one JSON line per entry on stdout, with the request's id."""

import logging
import sys
from functools import cache
from typing import TextIO

from aws_lambda_powertools import Logger

from pixeltrack.platform.settings import Core, load


class _Stdout(logging.StreamHandler[TextIO]):
    """Writes to the current stdout, not to what it was at the first line."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> TextIO:  # type: ignore[override]
        return sys.stdout


@cache
def logger(function: str) -> Logger:
    """Return the logger of a function; never log an IP or mail address, user agent or token."""
    return Logger(service=function, level=load(Core).log_level, logger_handler=_Stdout(), utc=True)
