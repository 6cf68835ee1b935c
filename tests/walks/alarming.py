"""Steps of a walk that are about alarms, and what must hold of every alarm after every step."""

from collections.abc import Iterator, Mapping
from random import Random
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, func, select

from engine.commands.keeping_duty_list import add_duty_turn
from engine.commands.looks import look
from engine.reads.case.case_page import case as case_page
from engine.record.chain import case_chain, lines
from engine.tables import Alarm, Answers, Case, Outbox
from tests.builders import DAY

if TYPE_CHECKING:
    from tests.walks.walking import Walk


def keep_list_or_look(walk: "Walk", random: Random) -> None:
    database, now = walk.at.database, walk.now
    person = walk.actor(random.choice(("social_worker", "team_manager", "police_officer")), random)
    if walk.cases and random.random() < 0.5:
        case = random.choice(walk.cases)
        walk.give(f"{person.name} looks", lambda: look(database, person, now, "case", case_page, case))
        return
    place, until = random.choice(("first", "second")), now + random.choice((-1, 1, 9)) * DAY
    turn = {"person": person.account, "place": place, "starts_at": now.isoformat(), "ends_at": until.isoformat()}
    walk.give(f"{person.name} is {place} on duty", lambda: add_duty_turn(database, walk.at.system, now, turn))


def of_alarms(connection: Connection, case: Row[Any]) -> Iterator[str]:
    """Each referral in danger has one, which goes on until there is no next, or is over by somebody's deed."""
    alarms = connection.execute(select(Alarm.__table__).where(Alarm.case_id == case.id)).all()
    said = select(Answers.answers).where(Answers.case_id == case.id, Answers.element == "start")
    referred = [one for one in connection.scalars(said) if one.get("immediate_danger") == "yes"]
    if len(alarms) != len(referred):
        yield f"{len(referred)} referrals in danger have {len(alarms)} alarms"
    if {one.id for one in alarms if one.ended_at} != {one.id for one in alarms} & _ended(connection, case.id):
        yield "an alarm is over that nobody ended, or not over that somebody did"
    for one in alarms:
        if one.ended_at is None and one.next_step_at is None and one.place != "managers":
            yield f"an alarm that was told to the {one.place} goes nowhere"
        waiting = (Outbox.alarm_id == one.id, Outbox.state == "waiting")
        if one.ended_at is not None and connection.scalar(select(func.count()).where(*waiting)):
            yield "an alarm is over, and a letter of it waits"


def _ended(connection: Connection, case: str) -> set[str]:
    """Which alarms somebody ended, in this case or in one that was joined to it: their rows came over."""
    said = [line.payload or {} for line in lines(connection, case_chain(case), ["alarm"])]
    joined = connection.scalars(select(Case.id).where(Case.joined_to_id == case)).all()
    return {one["alarm"] for one in said if _is_end(one)}.union(*(_ended(connection, one) for one in joined))


def _is_end(said: Mapping[str, Any]) -> bool:
    return said["what"] in ("opened", "taken", "completed")
