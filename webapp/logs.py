"""What is logged, and how: one line a thing that happened, for a program or, on a terminal, for a person.

Of a failure it is said of what kind it was and where. Never its words or the values of variables: they may hold what
was written about a child.
"""

import logging
import sys
import traceback
from contextlib import suppress
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, TextIO, cast

import orjson
import structlog
from structlog.typing import EventDict, Processor

INNERMOST = 12
Failure = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
_TIME = structlog.processors.TimeStamper(fmt="iso", key="time")


def where(error: BaseException) -> str:
    """The kind of error and the places that it came through, innermost first."""
    frames = list(reversed(traceback.extract_tb(error.__traceback__)))[:INNERMOST]
    return f"{type(error).__name__}: " + " < ".join(f"{one.name} {one.filename}:{one.lineno}" for one in frames)


class Plain(logging.Formatter):
    """For the libraries, which log by Python's own logging."""

    def formatException(self, ei: Failure) -> str:  # noqa: N802
        return where(ei[1]) if ei[1] else ""


class AsJson(Plain):
    """The same, for a program: with the keys that our own lines have."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat().replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
            "by": record.name,
        }
        failure = self.formatException(record.exc_info) if record.exc_info else ""
        return _json({**line, "failure": failure} if failure else line)


class Lines(structlog.PrintLogger):
    """What cannot be written, as on a full disk, is lost, and stops nobody's page."""

    def msg(self, message: str) -> None:
        with suppress(OSError, ValueError):
            super().msg(message)

    info = warning = error = exception = msg


def configure(stream: TextIO, *, as_json: bool | None = None) -> None:
    """For the command line: what is printed is the answer, what happens meanwhile is told beside it.

    `as_json`: an object of JSON a line; where nothing is said, wherever no terminal shows it.
    """
    for_program = not stream.isatty() if as_json is None else as_json
    handler = logging.StreamHandler(stream)
    handler.setFormatter(AsJson() if for_program else Plain())
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    shown: list[Processor] = [_failure_by_place, _as_json]
    if not for_program:
        shown = [structlog.dev.ConsoleRenderer(colors=stream.isatty(), exception_formatter=_told, timestamp_key="time")]
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.dev.set_exc_info,
            _TIME,
            *shown,
        ],
        logger_factory=lambda *_: Lines(stream),
    )


def _failure_by_place(_logger: Any, _method: str, event: EventDict) -> EventDict:
    failure: Any = event.pop("exc_info", None)
    error: object = sys.exception() if failure is True else failure
    if isinstance(failure, tuple):
        error = cast("Failure", failure)[1]
    return {**event, "failure": where(error)} if isinstance(error, BaseException) else event


def _as_json(_logger: Any, _method: str, event: EventDict) -> str:
    first = ("time", "level", "event", "reference")
    ordered = {name: event[name] for name in first if name in event}
    return _json({**ordered, **{name: value for name, value in event.items() if name not in ordered}})


def _json(line: dict[str, Any]) -> str:
    return orjson.dumps(line, default=str).decode()


def _told(stream: TextIO, failure: Any) -> None:
    stream.write(where(cast("BaseException", failure[1])))
