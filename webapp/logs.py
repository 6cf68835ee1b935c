"""What is logged of a failure: of what kind it was and where. Never its words or the values of variables: they may
hold what was written about a child.
"""

import logging
import traceback
from types import TracebackType
from typing import Any, TextIO

import structlog

INNERMOST = 12
Failure = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


def where(error: BaseException) -> str:
    """The kind of error and the places that it came through, innermost first."""
    frames = list(reversed(traceback.extract_tb(error.__traceback__)))[:INNERMOST]
    return f"{type(error).__name__}: " + " < ".join(f"{one.name} {one.filename}:{one.lineno}" for one in frames)


class Plain(logging.Formatter):
    """For the libraries, which log by Python's own logging."""

    def formatException(self, ei: Failure) -> str:  # noqa: N802
        return where(ei[1]) if ei[1] else ""


def configure(stream: TextIO) -> None:
    """For the command line: what is printed is the answer, what happens meanwhile is told beside it."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(Plain())
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.dev.set_exc_info,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.dev.ConsoleRenderer(colors=stream.isatty(), exception_formatter=_told),
        ],
        logger_factory=lambda *_: structlog.PrintLogger(stream),
    )


def _told(stream: TextIO, failure: Any) -> None:
    stream.write(where(failure[1]))
