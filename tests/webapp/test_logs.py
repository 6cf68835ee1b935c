"""A failure is told with its kind and its places, and with nothing that was written about a child."""

import io
import logging
from collections.abc import Generator

import pytest
import structlog

from webapp import logs

NAME = "Ada Example"


@pytest.fixture
def stream() -> Generator[io.StringIO]:
    handlers, level = logging.root.handlers[:], logging.root.level
    told = io.StringIO()
    logs.configure(told)
    yield told
    logging.root.handlers[:] = handlers
    logging.root.setLevel(level)
    structlog.reset_defaults()


def fail() -> None:
    child = NAME
    raise ValueError(f"no such child: {child}")


@pytest.mark.parametrize("logger", [structlog.get_logger(), logging.getLogger("apscheduler")])
def test_no_name_comes_into_the_log_by_a_failure(stream: io.StringIO, logger: logging.Logger) -> None:
    try:
        fail()
    except ValueError:
        logger.exception("it failed")
    said = stream.getvalue()
    assert "it failed" in said
    assert "ValueError: fail " in said
    assert "Ada" not in said


def test_without_the_guard_the_name_would_be_there(stream: io.StringIO) -> None:
    structlog.configure(processors=[structlog.dev.set_exc_info, structlog.dev.ConsoleRenderer(colors=False)])
    try:
        fail()
    except ValueError:
        structlog.get_logger().exception("it failed")
    assert "Ada" in stream.getvalue()
