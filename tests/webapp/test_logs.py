"""What is logged can be read by a program, and holds nothing that was written about a child or typed by anybody."""

import io
import json
import logging
from collections.abc import Callable, Generator
from typing import Any, NoReturn

import pytest
import structlog
from flask import Flask

from tests.builders import Authority, case_at, open_items
from tests.webapp.test_refer import TYPED
from tests.webapp.visitor import Visitor
from webapp import logs, tasks

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


def lines_of(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def fail(*_: object) -> NoReturn:
    child = NAME
    raise ValueError(f"no such child: {child}")


@pytest.mark.parametrize("as_json", [True, False])
@pytest.mark.parametrize("logger", [structlog.get_logger(), logging.getLogger("apscheduler")])
def test_no_name_comes_into_the_log_by_a_failure(stream: io.StringIO, logger: logging.Logger, as_json: bool) -> None:
    logs.configure(stream, as_json=as_json)
    try:
        fail()
    except ValueError:
        logger.exception("it failed")
    said = stream.getvalue()
    assert "it failed" in said
    assert "ValueError: fail " in said
    assert "Ada" not in said
    if as_json:
        (line,) = lines_of(stream)
        assert (line["level"], line["event"], line["failure"][:16]) == ("error", "it failed", "ValueError: fail")
        assert line["time"].endswith("Z")


def test_without_the_guard_the_name_would_be_there(stream: io.StringIO) -> None:
    structlog.configure(processors=[structlog.dev.set_exc_info, structlog.dev.ConsoleRenderer(colors=False)])
    try:
        fail()
    except ValueError:
        structlog.get_logger().exception("it failed")
    assert "Ada" in stream.getvalue()


def test_a_request_is_one_line_and_a_failure_another_with_the_reference_of_its_page(
    stream: io.StringIO, as_a: Callable[..., Visitor], world: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = case_at(authority=world, point="deciding")
    visitor = as_a("social_worker")
    page = visitor.get(f"/tasks/{open_items(database=world.database, case=case)['decide_response'].id}")
    monkeypatch.setattr(tasks, "complete_task", fail)
    stream.truncate(0)
    stream.seek(0)
    told = visitor.send(page, {"response": "early_help", "reason": "What I typed"}, status=500)
    failed, request = lines_of(stream)
    assert failed["reference"] == request["reference"]
    assert f"give this reference: {failed['reference']}" in told.text
    assert (failed["level"], failed["event"], failed["page"]) == ("error", "a page failed", "tasks.submit")
    assert "ValueError: fail" in failed["failure"]
    wanted = ("info", "request", "POST", "tasks.submit", 500)
    assert tuple(request[name] for name in ("level", "event", "method", "page", "status")) == wanted
    assert 0 < request["database_milliseconds"] < request["milliseconds"]
    assert request["statements"] > 0
    assert case not in stream.getvalue()


def test_the_log_of_a_whole_story_has_no_word_that_anybody_typed(
    stream: io.StringIO, as_a: Callable[..., Visitor], world: Authority
) -> None:
    visitor = as_a("social_worker")
    referred = visitor.send(visitor.get("/refer"), {**TYPED, "concerns": "Zebedee bruises", "do": None})
    assert referred.heading == "We have received your referral"
    cases = visitor.get("/cases")
    visitor.send(cases, {"name": "Quillfeather"}, button="Find")
    visitor.get("/cases/Quillfeather?done=Quillfeather", status=404)
    visitor.get("/Quillfeather", status=404)
    visitor.post("/sign-in", {"email": "quillfeather@example.org", "password": "Quillfeather"}, status=400)
    visitor.client.open("/tasks", method="QUILLFEATHER")
    typed = [*(word for value in TYPED.values() for word in value.split() if len(word) > 2), "Zebedee"]
    said = stream.getvalue().casefold()
    assert len(lines_of(stream)) > 8
    names = {"public", "none"}  # pages are called so as well
    assert [word for word in (*typed, "quillfeather", world.id) if word.casefold() in said and word not in names] == []


def test_a_log_that_cannot_be_written_stops_no_page(app: Flask) -> None:
    class Full(io.StringIO):
        def write(self, _text: str, /) -> int:
            raise OSError(28, "No space left on device")

    logs.configure(Full())
    try:
        assert app.test_client().get("/sign-in").status_code == 200
    finally:
        structlog.reset_defaults()
