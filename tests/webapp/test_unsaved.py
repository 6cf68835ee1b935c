"""Referrals beyond what is taken at once, or when nothing can be saved: kept outside the database, taken up later."""

import stat
import threading
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import replace
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import func, select

from engine.base.database import Database
from engine.base.database_faults import DatabaseUnavailable
from engine.base.settings import Settings
from engine.commands.counting import Budget
from engine.rerun.rerunning import Rerunner
from engine.tables import Case, Counted, Deadline, WorkItem
from tests.builders import HOUR, MONDAY, Authority
from tests.webapp.conftest import Clock
from tests.webapp.test_refer import TYPED, cases
from tests.webapp.visitor import Page, Visitor
from webapp import create_app, refer, unsaved
from webapp.cli import main
from webapp.unsaved import take_up, waiting

As = Callable[..., Visitor]
DANGER = {**TYPED, "immediate_danger": "yes"}
KEPT = "What you sent is kept"
MINUTE = timedelta(minutes=1)
SMALL = Budget(1, 10 * MINUTE)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """One referral in ten minutes, so that the second is beyond it."""
    monkeypatch.setattr(refer, "OF_SENDER", SMALL)


def at(app: Flask, address: str) -> Visitor:
    client = app.test_client()
    client.environ_base["REMOTE_ADDR"] = address
    return Visitor(client)


def sent(visitor: Visitor, typed: dict[str, str] = TYPED, *, status: int = 200, **more: str) -> Page:
    return visitor.send(visitor.get("/refer"), {**typed, **more}, status=status)


def files(settings: Settings) -> list[Path]:
    return [*waiting(settings.unsaved)]


@pytest.mark.usefixtures("small")
def test_beyond_the_budget_it_is_kept_and_becomes_one_referral_when_there_is_room(
    visitor: Visitor, world: Authority, settings: Settings, clock: Clock
) -> None:
    sent(visitor)
    page = visitor.get("/refer")
    told = visitor.send(page, {**TYPED, "concerns": "Burns."}, status=202)
    assert told.heading == KEPT
    assert "It has no reference yet, and no social worker has seen it yet." in told.text
    assert "ring children’s social care on 01632 960 001" in told.text
    assert ("Burns" in told.text, "Ada" in told.text) == (False, False)
    assert visitor.send(page, {**TYPED, "concerns": "Burns."}, status=202).heading == KEPT  # pressed twice
    (file,) = files(settings)
    assert [stat.S_IMODE(one.stat().st_mode) for one in (file, file.parent)] == [0o600, 0o700]
    assert "Ada" not in file.name
    assert take_up(world.database, settings.unsaved, clock.now) == 0  # there is no room yet
    assert cases(world) == 1
    received = clock.now
    clock.move(10 * MINUTE)
    assert take_up(world.database, settings.unsaved, clock.now) == 1
    assert (cases(world), files(settings)) == (2, [])
    with world.database.read() as connection:
        newest = connection.scalars(select(Case.id).order_by(Case.opened_at.desc())).first() or ""
        due = connection.scalars(select(func.min(WorkItem.opened_at)).where(WorkItem.case_id == newest)).one()
    assert due == clock.now > received
    with closing(Rerunner(world.database)) as rerunner:
        assert [*rerunner.rerun(newest).differences] == []


@pytest.mark.usefixtures("small")
def test_danger_has_a_budget_of_its_own_ten_times_as_large(app: Flask, world: Authority, settings: Settings) -> None:
    visitor = at(app, "198.51.100.7")
    sent(visitor)
    sent(visitor, concerns="Burns.", status=202)
    for number in range(10):
        sent(visitor, DANGER, concerns=f"Burns {number}.")
    assert cases(world) == 11
    sent(visitor, DANGER, concerns="Burns 11.", status=202)
    assert [path.name.split("-")[0] for path in files(settings)] == ["danger", "other"]


@pytest.mark.usefixtures("small")
def test_who_counts_with_whom(settings: Settings, world: Authority, as_a: As, clock: Clock) -> None:
    """Staff alone, a household together, a trusted network ten times, others not at all."""
    with_trusted = replace(settings, trusted_networks=(ip_network("192.0.2.0/24"),))
    app = create_app(with_trusted, world.database, now=clock, demo=True)
    first, second = as_a("health_practitioner"), as_a("health_practitioner", 2)
    for one in (first, second, at(app, "127.0.0.1"), at(app, "2001:db8:0:1::1"), at(app, "2001:db8:0:2::1")):
        assert sent(one).path == "/refer/sent"
    sent(first, concerns="Burns.", status=202)
    sent(at(app, "2001:db8:0:1:ffff::9"), concerns="Burns.", status=202)
    for number in range(10):
        sent(at(app, "192.0.2.1"), concerns=f"Burns {number}.")
    sent(at(app, "192.0.2.1"), concerns="Burns.", status=202)


@pytest.mark.usefixtures("small")
def test_junk_does_not_count_against_anybody(
    visitor: Visitor, as_a: As, world: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither what is no form of ours, nor a caught program, nor mistakes, nor buttons that only change the form."""
    monkeypatch.setattr(refer, "OF_THE_UNKNOWN", Budget(1, MINUTE))
    page = visitor.get("/refer")
    for _ in range(3):
        visitor.post("/refer", {"a": "b"}, status=400)
        visitor.send(page, {**TYPED, "csrf_token": "old"}, status=400)
        visitor.send(page, {**TYPED, "website": "https://spam.example"}, status=400)
        visitor.send(page, {**TYPED, "concerns": ""}, status=400)
        visitor.send(page, TYPED, button="Add another")
        visitor.client.put("/refer", data=TYPED)
    with world.database.read() as connection:
        assert connection.scalar(select(func.count()).select_from(Counted)) == 0
    assert visitor.send(page, TYPED).path == "/refer/sent"
    sent(visitor, concerns="Burns.", status=202)
    assert sent(as_a("social_worker"), DANGER).path == "/refer/sent"


def refuse(*_: object, **__: object) -> None:
    raise DatabaseUnavailable("database or disk is full")


@pytest.mark.parametrize(
    "failing", [("transaction", "brief_transaction"), ("transaction", "brief_transaction", "read")]
)
def test_what_cannot_be_saved_is_kept_and_is_of_whoever_sent_it(
    as_a: As, world: Authority, settings: Settings, clock: Clock, failing: tuple[str, ...]
) -> None:
    """Also where nothing can even be read: who it was is then found by the session, once it can."""
    visitor = as_a("education_practitioner")
    page = visitor.get("/refer")
    with pytest.MonkeyPatch.context() as patch:
        for name in failing:
            patch.setattr(Database, name, refuse)
        told = visitor.send(page, {**DANGER, "concerns": "Burns."}, status=202)
        assert told.heading == KEPT
        assert "Nothing can be saved in the usual place just now." in told.text
        with suppress(DatabaseUnavailable):
            take_up(world.database, settings.unsaved, clock.now)
    assert len(files(settings)) == 1
    clock.move(MINUTE)
    assert take_up(world.database, settings.unsaved, clock.now) == 1
    assert "Ada Example" in visitor.get("/cases").text  # they have a part in it
    with world.database.read() as connection:  # the hour counts from when it was received
        assert connection.scalar(select(func.min(Deadline.due_at))) == MONDAY + HOUR
    assert visitor.send(page, {**DANGER, "concerns": "Burns."}).path == "/refer/sent"  # sent again all the same
    assert cases(world) == 1


def test_a_kill_at_any_step_doubles_and_loses_nothing(
    visitor: Visitor, world: Authority, settings: Settings, clock: Clock
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Database, "brief_transaction", refuse)
        sent(visitor, status=202)

    class Killed(BaseException):
        pass

    def kill(*_: object, **__: object) -> None:
        raise Killed

    for where, name in ((unsaved, "spend"), (unsaved, "start_process"), (Path, "unlink"), (unsaved, "sync")):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(where, name, kill)
            with pytest.raises(Killed):
                take_up(world.database, settings.unsaved, clock.now)
    take_up(world.database, settings.unsaved, clock.now)
    assert (cases(world), files(settings)) == (1, [])


def test_two_clocks_make_one_referral(visitor: Visitor, world: Authority, settings: Settings, clock: Clock) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Database, "brief_transaction", refuse)
        sent(visitor, status=202)
    gate, taken = threading.Barrier(2), list[int]()

    def tick() -> None:
        gate.wait()
        taken.append(take_up(world.database, settings.unsaved, clock.now))

    clocks = [threading.Thread(target=tick) for _ in range(2)]
    for one in clocks:
        one.start()
    for one in clocks:
        one.join()
    assert (len(taken), cases(world), files(settings)) == (2, 1, [])


def test_what_can_be_kept_nowhere_is_said_so_at_once_with_all_that_was_typed(
    visitor: Visitor, world: Authority, settings: Settings
) -> None:
    page = visitor.get("/refer")
    settings.unsaved.parent.mkdir(exist_ok=True)
    settings.unsaved.write_text("in the way")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Database, "brief_transaction", refuse)
        told = visitor.send(page, {**TYPED, "referrer_telephone": "01632960123"}, status=503)
    assert told.heading == "Your referral has not been received"
    assert "Otherwise ring children’s social care on 01632 960 001 now" in told.text
    assert all(word in told.text for word in ("Bruises.", "01632960123", "3 6 2011"))
    assert cases(world) == 0


@pytest.mark.usefixtures("small")
def test_a_flood_does_not_fill_the_disk_and_danger_is_kept_last(
    visitor: Visitor, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent(visitor)
    sent(visitor, concerns="Burns.", status=202)
    assert sent(visitor, concerns="Scalds.", status=503).heading == "Your referral has not been received"
    monkeypatch.setattr(refer, "OF_SENDER", Budget(2, 10 * MINUTE))
    sent(visitor)
    monkeypatch.setattr(unsaved, "ROOM", 3500)
    sent(visitor, concerns="Scalds.", status=503)
    monkeypatch.setattr(Database, "brief_transaction", refuse)
    sent(visitor, DANGER, concerns="Scalds.", status=202)
    assert len(files(settings)) == 2


def test_one_that_cannot_become_a_referral_holds_up_no_other_and_stays(
    visitor: Visitor, world: Authority, settings: Settings, clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Database, "brief_transaction", refuse)
        sent(visitor, status=202)
    spoiled = settings.unsaved / files(settings)[0].name.replace("other", "danger")
    spoiled.write_bytes(files(settings)[0].read_bytes().replace(b"Bruises.", b""))
    assert take_up(world.database, settings.unsaved, clock.now) == 1
    assert (cases(world), files(settings)) == (1, [spoiled])
    with world.database.read() as connection:  # and counts against nobody's budget
        assert connection.scalar(select(func.count()).select_from(Counted)) == 2
    assert "Ada" not in capsys.readouterr().out


def test_status_says_how_many_wait_and_since_when(
    visitor: Visitor, world: Authority, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Database, "brief_transaction", refuse)
        sent(visitor, status=202)
    monkeypatch.setenv("THROUGHLINE_VAR", str(settings.var))
    said = CliRunner().invoke(main, ["status", "--database", str(world.database.url)])
    assert "unsaved referrals: 1" in said.output
    assert f"1 referral waits outside the database since {MONDAY.isoformat(timespec='seconds')[:16]}" in said.output
    assert said.exit_code == 1


def test_a_database_that_somebody_holds_keeps_nobody_waiting(
    as_a: As, world: Authority, settings: Settings, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The real lock of SQLite, with the wait cut short."""
    monkeypatch.setattr("engine.base.database.BRIEF_SECONDS", 0)
    visitor = as_a("social_worker")
    page = visitor.get("/refer")
    clock.move(2 * MINUTE)  # so that being there is to be noted
    with world.database.transaction():
        assert visitor.send(page, TYPED, status=202).heading == KEPT
    assert take_up(world.database, settings.unsaved, clock.now) == 1
