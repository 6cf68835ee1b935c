"""The alarm of a referral with immediate danger: to whoever is first on duty, to the next, to the managers, until
somebody of the team that has the case opens it, or takes or completes a task of it. Each step is an entry.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, bindparam, exists, select

from engine.base.identifiers import new_id
from engine.casework import case_rows
from engine.casework.case_rows import InstanceRow
from engine.casework.letters import alarm_letters, people_of_team, take_back
from engine.casework.locked_case import CaseWork
from engine.facts.on_duty import on_duty, waits_for
from engine.facts.right_time import BEHIND
from engine.tables import Alarm, Outbox
from engine.tables.alarm_tables import ON_DUTY, PLACES
from engine.tables.desk_tables import HAS_LEFT

# A letter that has not left so long after it was put in the outbox has failed, whatever keeps it.
LEAVES_WITHIN = timedelta(minutes=2)
LAST = PLACES[-1]


@dataclass(frozen=True, slots=True)
class StandingAlarm:
    """`place` is who was told last, and `told_at` when."""

    id: str
    instance: str
    place: str
    told_at: datetime
    next_step_at: datetime | None


_STANDING = select(Alarm.id, Alarm.instance_id, Alarm.place, Alarm.told_at, Alarm.next_step_at).where(
    Alarm.ended_at.is_(None)
)


def standing_alarm(connection: Connection, alarm: str) -> StandingAlarm | None:
    """None where somebody has opened it already. Its case is locked."""
    found = _standing(connection, _STANDING.where(Alarm.id == bindparam("alarm")), {"alarm": alarm})
    return found[0] if found else None


def raise_alarm(casework: CaseWork, instance: InstanceRow) -> None:
    """`instance` is the referral that says so. Where nobody is on duty, everybody of the team is told at once."""
    casework.alarm_stands = True
    alarm, now = new_id(), casework.now
    _note(casework, instance, "raised", alarm)
    place, to, people = _next(casework, alarm, instance, PLACES, everybody=True)
    columns = {"authority_id": casework.case.authority, "case_id": casework.case.id, "instance_id": instance.id}
    steps = {"place": place, "told_at": now, "next_step_at": _looked_after_at(casework, now)}
    casework.changes.add(Alarm, alarm, id=alarm, raised_at=now, ended_at=None, **columns, **steps)
    alarm_letters(casework, alarm, place, to, people)


def pass_on(casework: CaseWork, alarm: StandingAlarm, why: str) -> None:
    """To the next place in which there is somebody. `why`: `not_opened` in time, or `not_sent`."""
    instance = case_rows.instance(casework.connection, alarm.instance)
    _note(casework, instance, why, alarm.id, alarm.place)
    left = PLACES[PLACES.index(alarm.place) + 1 :]
    if not left:
        _note(casework, instance, "nobody_left", alarm.id)
        casework.changes.change(Alarm, alarm.id, next_step_at=None)
        return
    place, to, people = _next(casework, alarm.id, instance, left, everybody=False)
    now = casework.now
    casework.changes.change(Alarm, alarm.id, place=place, told_at=now, next_step_at=_looked_after_at(casework, now))
    alarm_letters(casework, alarm.id, place, to, people)


def letter_failed(casework: CaseWork, alarm: str, place: str) -> None:
    """A letter of an alarm was refused, or nobody knows whether it left: the next is told at once. Of an earlier place
    that changes nothing, and of the last there is no next.
    """
    standing = standing_alarm(casework.connection, alarm)
    if standing and standing.place == place and place != LAST:
        pass_on(casework, standing, "not_sent")


def is_to_be_looked_after(alarm: StandingAlarm, now: datetime) -> bool:
    """Its moment has come, or it was told while the clock of the machine was ahead."""
    return alarm.next_step_at is not None and (alarm.next_step_at < now or alarm.told_at > now + BEHIND)


def look_after(casework: CaseWork, alarm: StandingAlarm) -> bool:
    """Its moment has come: it goes on, unless a letter has left and there is time yet to open it."""
    due_at = _to_be_opened_by(casework, alarm)
    left = _has_left(casework.connection, alarm)
    if left and casework.now < due_at:
        casework.changes.change(Alarm, alarm.id, next_step_at=due_at)
        casework.write_rows()
        return False
    pass_on(casework, alarm, "not_opened" if left else "not_sent")
    casework.write_record()
    return True


def end_alarms(casework: CaseWork, how: str) -> None:
    """By what the actor has just done, if they are of the team that has the case. Letters that have not left are needed
    no longer. Who did it and `how` (`opened`, `taken`, `completed`) is in the record.
    """
    actor = casework.work.actor
    if not casework.alarm_stands or casework.case.team not in actor.teams:
        return
    casework.alarm_stands = False
    casework.write_rows()
    of_case = _STANDING.where(Alarm.case_id == bindparam("case")).order_by(Alarm.raised_at, Alarm.id)
    for alarm in _standing(casework.connection, of_case, {"case": casework.case.id}):
        instance = case_rows.instance(casework.connection, alarm.instance)
        casework.changes.change(Alarm, alarm.id, ended_at=casework.now, next_step_at=None)
        _note(casework, instance, how, alarm.id)
        _withdraw_letters(casework, instance, alarm.id)


def _next(
    casework: CaseWork, alarm: str, instance: InstanceRow, places: tuple[str, ...], *, everybody: bool
) -> tuple[str, str, Mapping[str, str]]:
    """The first of the places in which there is somebody, else the last; whom that is, as the record says it; and who
    is there, with where each is reached. `everybody`: where nobody is on duty, it is for the whole team.
    """
    team = casework.case.team
    listed = on_duty(casework.connection, casework.case.authority, team, casework.now)
    known = {*casework.who_may_know(account for people in listed.values() for account in people)}
    for place in places:
        if people := {one: address for one, address in listed.get(place, {}).items() if one in known}:
            return place, f"duty:{place}", people
        if place in ON_DUTY:
            _note(casework, instance, "nobody", alarm, place)
    roles = None if everybody else casework.model(instance).roles_with("manages_team")
    to = f"team:{team}" if everybody else f"{LAST}:{team}"
    return LAST, to, dict.fromkeys(people_of_team(casework, roles), "")


def _looked_after_at(casework: CaseWork, told_at: datetime) -> datetime:
    return told_at + min(LEAVES_WITHIN, waits_for(casework.connection, casework.case.authority))


def _to_be_opened_by(casework: CaseWork, alarm: StandingAlarm) -> datetime:
    """Settled by the first look after it was told: minutes that are set later are for whoever is told later. Where it
    was told by a clock that was ahead nobody knows for how long it has stood: it goes on.
    """
    if alarm.told_at > casework.now + BEHIND:
        return casework.now
    if alarm.next_step_at and alarm.next_step_at > alarm.told_at + LEAVES_WITHIN:
        return alarm.next_step_at
    return alarm.told_at + waits_for(casework.connection, casework.case.authority)


def _has_left(connection: Connection, alarm: StandingAlarm) -> bool:
    of_place = (Outbox.alarm_id == alarm.id, Outbox.alarm_place == alarm.place)
    left = exists().where(*of_place, Outbox.state.in_(HAS_LEFT))
    return connection.execute(select(left)).scalar_one()


def _withdraw_letters(casework: CaseWork, instance: InstanceRow, alarm: str) -> None:
    """What is being handed over stays so: the entry of what becomes of it follows."""
    for letter in take_back(casework, Outbox.alarm_id == alarm):
        said = {"what": "not_needed", "letter": letter.id, "kind": "alert", "subject": letter.subject}
        casework.note("letter", instance, payload=said)


def _note(casework: CaseWork, instance: InstanceRow, what: str, alarm: str, place: str = "") -> None:
    payload = {"what": what, "alarm": alarm, **({"place": place} if place else {})}
    casework.note("alarm", instance, payload=payload)


def _standing(
    connection: Connection, statement: Select[*tuple[Any, ...]], given: Mapping[str, str]
) -> list[StandingAlarm]:
    return [
        StandingAlarm(
            id=row.id,
            instance=row.instance_id,
            place=row.place,
            told_at=row.told_at,
            next_step_at=row.next_step_at,
        )
        for row in connection.execute(statement, given).all()
    ]
