"""An alarm reaches whoever is on duty, then the next, then the managers, until somebody of the team opens the case."""

from datetime import datetime
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Row, select, update

from engine.base.database import Database
from engine.base.errors import NotFound
from engine.base.mail import hand_over
from engine.base.settings import MailServer
from engine.commands.accounts import disable_account
from engine.commands.cases import claim
from engine.commands.handing_over import claim_letter, empty_outbox, record_outcome
from engine.commands.keeping_duty_list import add_duty_turn, remove_duty_turn, set_alarm_minutes
from engine.commands.looks import look
from engine.commands.timers import next_due, tick
from engine.people.identity import SYSTEM, Actor
from engine.reads.case.case_page import case as read_case
from engine.reads.list_page import OVERVIEW
from engine.reads.lists.alarm_list import alarms
from engine.reads.task.task_page import task as read_task
from engine.record.chain import case_chain, lines
from engine.scenario.stage import NEXT_INSTANT
from engine.tables import Alarm, Membership
from tests.builders import HOUR, MONDAY, Authority, account, authority, child, do, open_items, refer
from tests.mail_servers import HERE, SENDER
from tests.posting import DOWN, MINUTE, REFUSED, SILENT, TAKEN, letters, same_again, sent
from tests.posting import said as said_of_letters
from webapp.caught_letters import CaughtLetters, OnAnyPort

FIRST, SECOND = account(role="social_worker"), account(role="social_worker", number=2)
MANAGERS = sorted(account(role=role, number=n) for role in ("team_manager", "service_manager") for n in (1, 2))
REACHED_AT = "duty@elsewhere.example"


@pytest.fixture
def world(database: Database) -> Authority:
    return authority(database=database)


def on_duty(
    world: Authority, person: str, place: str = "first", address: str = "", until: datetime = MONDAY + 8 * HOUR
) -> str:
    said = {"person": person, "place": place, "starts_at": (MONDAY - HOUR).isoformat(), "ends_at": until.isoformat()}
    return add_duty_turn(
        world.database, world.system, MONDAY - HOUR, {**said, **({"address": address} if address else {})}
    )


def in_danger(world: Authority, now: datetime = MONDAY, **given: Any) -> str:
    return refer(authority=world, immediate_danger="yes", now=now, reply_by="none", **given).cases[0]


def alarm(world: Authority) -> Row[Any]:
    with world.database.read() as connection:
        return connection.execute(select(Alarm.__table__)).one()


def steps(world: Authority, case: str) -> list[str]:
    """What the record says of the alarm, and who was told."""
    with world.database.read() as connection:
        said = [(line.kind, line.payload or {}) for line in lines(connection, case_chain(case), ["alarm", "queued"])]
    return [
        f"{one['what']} {one.get('place', '')}".strip() if kind == "alarm" else f"told {' '.join(one['people'])}"
        for kind, one in said
        if kind == "alarm" or "people" in one
    ]


def shown(world: Authority) -> list[str]:
    """In which order the page says who was told."""
    with world.database.read() as connection:
        return [one.place for one in alarms(connection, world.actor("team_manager"), MONDAY, OVERVIEW).rows[0].told]


def open_case(world: Authority, by: Actor, case: str, now: datetime) -> None:
    look(world.database, by, now, "case", read_case, case)


def test_it_goes_to_the_next_and_to_the_managers_and_stands_until_it_is_opened(world: Authority) -> None:
    on_duty(world, FIRST, address=REACHED_AT)
    on_duty(world, SECOND, "second")
    case = in_danger(world)
    assert steps(world, case) == ["raised", f"told {FIRST}"]
    mail = sent(world.database, address="https://care.example")
    assert [letter.address for letter in mail.taken] == [REACHED_AT]
    assert "Example" not in mail.taken[0].subject + mail.taken[0].body
    assert f"https://care.example/cases/{case}" in mail.taken[0].body
    for minutes, said in ((14, []), (16, ["not_opened first", f"told {SECOND}"]), (30, [])):
        before = steps(world, case)
        tick(world.database, SYSTEM, MONDAY + minutes * MINUTE)
        tick(world.database, SYSTEM, MONDAY + minutes * MINUTE)
        sent(world.database, MONDAY + minutes * MINUTE)
        assert steps(world, case) == before + said, minutes
    tick(world.database, SYSTEM, MONDAY + 32 * MINUTE)
    assert shown(world) == ["first", "second", *["managers"] * len(MANAGERS)]
    sent(world.database, MONDAY + 32 * MINUTE)
    for minutes in (40, 48):
        tick(world.database, SYSTEM, MONDAY + minutes * MINUTE)
    assert steps(world, case)[-2:] == ["not_opened managers", "nobody_left"]
    tick(world.database, SYSTEM, MONDAY + 5 * HOUR)
    assert (alarm(world).ended_at, alarm(world).next_step_at, steps(world, case)[-1]) == (None, None, "nobody_left")
    open_case(world, world.actor("social_worker"), case, MONDAY + 6 * HOUR)
    assert alarm(world).ended_at is not None
    open_case(world, world.actor("team_manager"), case, MONDAY + 7 * HOUR)
    assert steps(world, case)[-2:] == ["nobody_left", "opened"]
    same_again(world.database)


def test_nobody_on_duty_is_for_the_whole_team_at_once(world: Authority) -> None:
    turn = on_duty(world, FIRST)
    remove_duty_turn(world.database, world.actor("administrator"), MONDAY, turn)
    case = in_danger(world)
    said = steps(world, case)
    assert said[:3] == ["raised", "nobody first", "nobody second"]
    assert {FIRST, SECOND, *MANAGERS} < set(said[3].split())
    same_again(world.database)


def test_whoever_could_not_open_it_is_not_on_duty(world: Authority) -> None:
    """Somebody who has left, or works in another team now."""
    on_duty(world, FIRST)
    on_duty(world, SECOND)
    on_duty(world, account(role="legal_adviser"), "second")
    disable_account(world.database, world.system, MONDAY - MINUTE, FIRST)
    with world.database.transaction() as connection:
        away = update(Membership).where(Membership.account_id == SECOND).values(team_id=world.other_team)
        connection.execute(away)
    case = in_danger(world)
    assert steps(world, case) == ["raised", "nobody first", f"told {account(role='legal_adviser')}"]
    with world.database.transaction() as connection:  # which team somebody is in is read as it stands
        connection.execute(update(Membership).where(Membership.account_id == SECOND).values(held_until=MONDAY - HOUR))
    same_again(world.database)


@pytest.mark.parametrize("says", [REFUSED, SILENT], ids=["refused", "unknown"])
def test_a_letter_that_failed_goes_to_the_next_at_once(world: Authority, says: Any) -> None:
    on_duty(world, FIRST)
    on_duty(world, SECOND, "second")
    case = in_danger(world)
    sent(world.database, says=lambda letter: says if FIRST in letter.address else TAKEN)
    assert steps(world, case) == ["raised", f"told {FIRST}", "not_sent first", f"told {SECOND}"]
    assert letters(world.database, recipient=f"account:{SECOND}")[0].state == "handed_over"
    # One of an earlier place that fails changes nothing more, and of the last there is no next.
    tick(world.database, SYSTEM, MONDAY + 3 * MINUTE)
    tick(world.database, SYSTEM, MONDAY + 16 * MINUTE)
    sent(world.database, MONDAY + 16 * MINUTE, says)
    assert steps(world, case)[4:] == ["not_opened second", f"told {' '.join(MANAGERS)}"]
    same_again(world.database)


def test_a_letter_that_is_being_handed_over_when_it_is_opened_is_what_it_becomes(world: Authority) -> None:
    on_duty(world, FIRST)
    case = in_danger(world)
    under_way = claim_letter(world.database, SYSTEM, MONDAY, ())
    assert under_way
    open_case(world, world.actor("social_worker"), case, MONDAY + MINUTE)
    assert said_of_letters(world.database, case) == []
    record_outcome(world.database, SYSTEM, MONDAY + MINUTE, under_way.letter.id, under_way.attempt, TAKEN)
    assert said_of_letters(world.database, case) == ["handed_over"]
    same_again(world.database)


class RefusesFirst(CaughtLetters):
    """A real mail server that knows one address not."""

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802
        if address == REACHED_AT:
            return "550 5.1.1 Not known here"
        envelope.rcpt_tos.append(address)
        return "250 OK"


def test_over_the_line_an_address_that_is_refused_goes_to_the_next(world: Authority) -> None:
    on_duty(world, FIRST, address=REACHED_AT)
    on_duty(world, SECOND, "second")
    case = in_danger(world, children=[child(given_name="Zebedee")])
    caught = RefusesFirst()
    controller = OnAnyPort(caught, hostname=HERE, port=0)
    controller.start()
    try:
        over = MailServer(HERE, controller.listens_at, SENDER, security="none")
        empty_outbox(world.database, SYSTEM, lambda: MONDAY, partial(hand_over, over), address="https://care.example")
    finally:
        controller.stop()
    assert steps(world, case)[-2:] == ["not_sent first", f"told {SECOND}"]
    (letter,) = caught.newest_first()
    assert (letter.to, letter.subject) == (f"{SECOND}@example.org", "A child may be in immediate danger")
    assert f"https://care.example/cases/{case}" in letter.body
    assert not {"Zebedee", "Example"} & set(letter.body.split())


def test_a_letter_that_stays_with_us_goes_on_after_two_minutes(world: Authority) -> None:
    """A mail server that is down, or none at all."""
    on_duty(world, FIRST)
    on_duty(world, SECOND, "second")
    case = in_danger(world)
    sent(world.database, says=DOWN)
    with world.database.read() as connection:
        assert next_due(connection, MONDAY) == MONDAY + 2 * MINUTE
    tick(world.database, SYSTEM, MONDAY + 2 * MINUTE)
    assert steps(world, case) == ["raised", f"told {FIRST}"]
    tick(world.database, SYSTEM, MONDAY + 2 * MINUTE + NEXT_INSTANT)
    assert steps(world, case)[2:] == ["not_sent first", f"told {SECOND}"]
    sent(world.database, MONDAY + 3 * MINUTE)
    tick(world.database, SYSTEM, MONDAY + 5 * MINUTE)
    assert len(steps(world, case)) == 4
    same_again(world.database)


def test_taking_or_completing_a_task_ends_it_and_its_letters(world: Authority) -> None:
    on_duty(world, FIRST)
    cases = [in_danger(world), in_danger(world, now=MONDAY + MINUTE)]
    item = open_items(database=world.database, case=cases[0])["clarify_referral"]
    claim(world.database, world.actor("social_worker", number=2), MONDAY + MINUTE, item.id)
    do(authority=world, case=cases[1], task="clarify_referral", now=MONDAY + 2 * MINUTE, same_child="no")
    assert [steps(world, case)[-1] for case in cases] == ["taken", "completed"]
    assert {row.state for row in letters(world.database, kind="alert")} == {"withdrawn"}
    tick(world.database, SYSTEM, MONDAY + HOUR)
    assert [steps(world, case)[-1] for case in cases] == ["taken", "completed"]
    same_again(world.database)


def test_opening_a_task_ends_it(world: Authority) -> None:
    case = in_danger(world)
    item = open_items(database=world.database, case=case)["clarify_referral"].id
    look(world.database, world.actor("social_worker"), MONDAY + MINUTE, "task", read_task, item)
    assert steps(world, case)[-1] == "opened"


def test_whoever_is_not_of_the_team_does_not_end_it_by_looking(world: Authority) -> None:
    case = in_danger(world)
    for role in ("health_practitioner", "auditor"):
        open_case(world, world.actor(role), case, MONDAY + MINUTE)
    with pytest.raises(NotFound):
        open_case(world, world.actor("housing_officer"), case, MONDAY + MINUTE)
    assert alarm(world).ended_at is None


def test_the_minutes_are_the_authoritys(world: Authority) -> None:
    on_duty(world, FIRST)
    assert set_alarm_minutes(world.database, world.actor("team_manager"), MONDAY, {"minutes": 1}) == 1
    case = in_danger(world)
    sent(world.database)
    tick(world.database, SYSTEM, MONDAY + 2 * MINUTE)
    assert steps(world, case)[2:] == ["not_opened first", "nobody second", f"told {' '.join(MANAGERS)}"]
    same_again(world.database)


def test_more_minutes_hold_for_whoever_has_been_told_already_and_fewer_do_not(world: Authority) -> None:
    on_duty(world, FIRST)
    case = in_danger(world)
    sent(world.database)
    tick(world.database, SYSTEM, MONDAY + 3 * MINUTE)
    for allowed, at, goes_on in ((5, 14, False), (30, 29, False), (30, 31, True)):
        set_alarm_minutes(world.database, world.actor("team_manager"), MONDAY + 4 * MINUTE, {"minutes": allowed})
        tick(world.database, SYSTEM, MONDAY + at * MINUTE)
        assert ("not_opened first" in steps(world, case)) == goes_on, (allowed, at)


def test_no_danger_no_alarm(world: Authority) -> None:
    on_duty(world, FIRST)
    case = refer(authority=world).cases[0]
    assert steps(world, case) == []
