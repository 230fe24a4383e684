"""How an invocation can end, as seen from outside the environment."""

from dataclasses import dataclass
from enum import StrEnum

import msgspec


class Ending(StrEnum):
    """The closed list of endings; all but `DONE` are function errors in Lambda's sense."""

    DONE = "done"
    ERROR = "error"
    TIMED_OUT = "timed_out"
    CRASHED = "crashed"
    THROTTLED = "throttled"


@dataclass(frozen=True, slots=True)
class Outcome:
    """An ending and its JSON: the handler's result, or Lambda's error object."""

    ending: Ending
    payload: bytes

    @property
    def is_done(self) -> bool:
        """Whether the handler returned."""
        return self.ending is Ending.DONE

    def error_text(self) -> str:
        """Return `type: message` of an error, in one line."""
        error = msgspec.json.decode(self.payload)
        return f"{error.get('errorType')}: {error.get('errorMessage')}".replace("\n", " ")


def failure(ending: Ending, kind: str, message: str) -> Outcome:
    """Build an outcome that no handler worded."""
    error = {"errorType": kind, "errorMessage": message}
    return Outcome(ending, msgspec.json.encode(error))
