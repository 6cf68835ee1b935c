"""What a program that watches the installation is told, and that nobody else is."""

import shutil
from dataclasses import replace
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text, update
from structlog.testing import capture_logs

from engine.base.clock import uptime
from engine.base.database import Database
from engine.base.database_faults import DatabaseUnavailable
from engine.base.settings import Settings
from engine.commands.ticks import note_tick
from engine.people.identity import SYSTEM
from engine.reads.authority.figures import figures
from engine.tables import Instance
from tests.builders import DAY, HOUR, MONDAY, Authority, case_at
from tests.statements import counted
from tests.webapp.conftest import Clock
from webapp import create_app
from webapp.counts import begin_anew

ELSEWHERE = {"REMOTE_ADDR": "192.0.2.7"}


class Usage(NamedTuple):
    total: int
    used: int
    free: int


def no_room(_place: Path) -> Usage:
    return Usage(100, 90, 10)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def told(client: FlaskClient) -> dict[str, float]:
    lines = client.get("/metrics").text.splitlines()
    kinds = [line.split()[2] for line in lines if line[0] == "#"]
    assert len(kinds) == len({*kinds}) > 5
    place = lines.index("# TYPE throughline_request_seconds histogram")
    limits = [line.split('"')[1] for line in lines[place + 1 : place + 10]]
    assert limits == ["0.05", "0.1", "0.25", "0.5", "1.0", "2.5", "5.0", "10.0", "+Inf"]
    return {name: float(number) for name, number in (line.rsplit(" ", 1) for line in lines if line[0] != "#")}


def test_whether_it_is_ready_and_if_not_why(
    client: FlaskClient, world: Authority, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was asked is kept for ten seconds; each planted fault is then named."""

    def failed() -> list[str]:
        answer = client.get("/ready")
        assert answer.status_code == (503 if answer.json["failed"] else 200)  # pyright: ignore[reportOptionalSubscript]
        assert answer.json is not None
        return answer.json["failed"]

    assert failed() == ["clock"]
    note_tick(world.database, SYSTEM, clock.now, 0, clock.now, uptime())
    assert failed() == ["clock"]
    clock.move(timedelta(seconds=10))
    assert failed() == []
    clock.move(timedelta(seconds=51))
    assert failed() == ["clock"]
    note_tick(world.database, SYSTEM, clock.now, 0, clock.now, uptime())

    def refuse(*_: object) -> None:
        raise DatabaseUnavailable("gone")

    faults: dict[str, tuple[object, str, object]] = {
        "writable": (Database, "transaction", refuse),
        "disk": (shutil, "disk_usage", no_room),
        "database": (Database, "read", refuse),
    }
    for name, (place, method, planted) in faults.items():
        clock.move(timedelta(seconds=10))
        with monkeypatch.context() as patch:
            patch.setattr(place, method, planted)
            assert failed() == [name]
            assert client.get("/health").status_code == 200
    with world.database.transaction() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'older'"))
    clock.move(timedelta(seconds=10))
    assert failed() == ["tables"]


def test_only_this_machine_and_who_has_the_word_are_told(settings: Settings, world: Authority, tmp_path: Path) -> None:
    word = tmp_path / "word"
    plain = create_app(settings, world.database, demo=True).test_client()
    guarded = create_app(replace(settings, watch_token=word), world.database, demo=True).test_client()
    right, wrong = ({"Authorization": f"Bearer {given}"} for given in ("the word", "another"))

    def statuses(client: FlaskClient, headers: dict[str, str], place: dict[str, str]) -> list[int]:
        pages = ("/ready", "/metrics", "/health")
        return [client.get(path, headers=headers, environ_overrides=place).status_code for path in pages]

    refused, let_in = [404, 404, 200], [503, 200, 200]
    assert statuses(plain, {}, {}) == let_in
    assert statuses(plain, {}, ELSEWHERE) == statuses(plain, right, ELSEWHERE) == refused
    assert statuses(guarded, right, ELSEWHERE) == refused  # the file is not there
    word.write_text(" \n")
    assert statuses(guarded, {"Authorization": "Bearer "}, ELSEWHERE) == refused
    word.write_text("the word\n")
    assert statuses(guarded, right, ELSEWHERE) == let_in
    assert statuses(guarded, wrong, ELSEWHERE) == statuses(guarded, {}, ELSEWHERE) == refused


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"])
def test_who_comes_through_a_proxy_that_nobody_named_is_not_this_machine(
    settings: Settings, world: Authority, header: str
) -> None:
    here = ip_network("127.0.0.1")
    said = {header: "127.0.0.1"}
    nobodys, named = (
        create_app(replace(settings, proxies=proxies), world.database, demo=True).test_client()
        for proxies in ((), (here,))
    )
    with capture_logs() as logged:
        assert [nobodys.get("/metrics", headers=said).status_code for _ in range(2)] == [404, 404]
    assert len([one for one in logged if "THROUGHLINE_PROXIES" in one["event"]]) == 1
    assert nobodys.get("/metrics").status_code == named.get("/metrics", headers=said).status_code == 200


def test_what_is_counted_and_measured(client: FlaskClient, world: Authority, clock: Clock, settings: Settings) -> None:
    case = case_at(authority=world)
    client.get("/sign-in")
    client.get(f"/cases/{case}/Quillfeather")
    note_tick(world.database, SYSTEM, clock.now, 0, clock.now, uptime())
    clock.move(30 * DAY)
    found = told(client)
    assert found['throughline_requests_total{method="GET",page="sign_in.form",status="200"}'] == 1
    assert found['throughline_requests_total{method="GET",page="none",status="404"}'] == 1
    assert found["throughline_request_seconds_count"] == found['throughline_request_seconds_bucket{le="+Inf"}'] == 2
    assert found["throughline_clocks_overdue"] >= 1
    assert found["throughline_tick_age_seconds"] == 30 * DAY / timedelta(seconds=1)
    assert found['throughline_disk_free_bytes{of="database"}'] > 0
    assert (case in str(found), "Quillfeather" in str(found)) == (False, False)
    with world.database.transaction() as connection:
        connection.execute(update(Instance).values(status="stuck"))
    assert told(client)["throughline_processes_set_aside"] == 0
    clock.move(HOUR)
    assert told(client)["throughline_processes_set_aside"] >= 1

    another = create_app(settings, world.database, demo=True).test_client()  # as a second worker has
    another.get("/sign-in")
    assert told(another)['throughline_requests_total{method="GET",page="sign_in.form",status="200"}'] == 2
    begin_anew(settings.counts)
    assert told(client)['throughline_requests_total{method="GET",page="sign_in.form",status="200"}'] == 1


def test_a_failure_is_counted_by_its_kind(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise DatabaseUnavailable("gone")

    with monkeypatch.context() as patch:
        patch.setattr(Database, "read", refuse)
        assert client.get("/refer").status_code == 503
    assert told(client)['throughline_failures_total{kind="AWAY"}'] == 1


def test_what_is_measured_takes_no_table_from_end_to_end(database: Database) -> None:
    """Whatever has an index to be found by is found by it; one row needs none, nor does the newest by its key."""
    with counted(database) as asked, database.read() as connection:
        figures(connection, MONDAY)
        plans: list[Any] = []
        for statement in [*asked]:
            plans += connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", (None,) * statement.count("?"))
    scans = {row.detail for row in plans if row.detail.startswith("SCAN") and "USING" not in row.detail}
    assert scans == {"SCAN last_tick", "SCAN checkpoint"}
