"""The duty list: who is on duty when. Administrators and whoever manages a team keep it."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import delete, insert, select, update

from engine.base.database import one_at_a_time
from engine.base.errors import NotFound
from engine.base.identifiers import new_id
from engine.facts.duty_list import MINUTES, may_be_on_duty, must_keep_duty_list, speaks_against, turn_form, turns
from engine.facts.on_duty import alarm_minutes
from engine.forms import check
from engine.people.command import CommandRight, Work, command
from engine.tables import Authority, DutyTurn

_NO_CIRCUMSTANCES: frozenset[str] = frozenset()


@command(may=CommandRight.KEEPS_DUTY_LIST)
def add_duty_turn(work: Work, answers: Mapping[str, Any]) -> str:
    """From answers to `turn_form`; gives the turn's id. Raises NotAllowed, BadAnswers."""
    values = _checked(work, answers)
    turn = new_id()
    work.connection.execute(insert(DutyTurn).values(id=turn, authority_id=work.authority, **values, **_by(work)))
    work.record_settled("duty_turn_added", _said(turn, values))
    return turn


@command(may=CommandRight.KEEPS_DUTY_LIST)
def change_duty_turn(work: Work, turn: str, answers: Mapping[str, Any]) -> None:
    """Raises NotAllowed, NotFound where it is not on the list any more, BadAnswers."""
    must_keep_duty_list(work.connection, work.actor)
    if work.connection.execute(select(DutyTurn.id).where(*_ours(work, turn))).one_or_none() is None:
        raise NotFound
    values = _checked(work, answers, but=turn)
    changed = update(DutyTurn).where(*_ours(work, turn)).values(**values, **_by(work))
    if not work.connection.execute(changed).rowcount:
        raise NotFound
    work.record_settled("duty_turn_changed", _said(turn, values))


@command(may=CommandRight.KEEPS_DUTY_LIST)
def remove_duty_turn(work: Work, turn: str) -> None:
    """Raises NotAllowed, NotFound where it is not on the list any more."""
    must_keep_duty_list(work.connection, work.actor)
    one_at_a_time(work.connection, f"duty list of {work.authority}")
    row = work.connection.execute(select(DutyTurn.__table__).where(*_ours(work, turn))).one_or_none()
    if row is None:
        raise NotFound
    work.connection.execute(delete(DutyTurn).where(*_ours(work, turn)))
    names = ("account_id", "place", "starts_at", "ends_at", "address")
    work.record_settled("duty_turn_removed", _said(turn, {name: getattr(row, name) for name in names}))


@command(may=CommandRight.KEEPS_DUTY_LIST)
def set_alarm_minutes(work: Work, answers: Mapping[str, Any]) -> int:
    """After how many minutes an alarm that nobody has opened goes on, from answers to MINUTES; for who is told from now
    on, or was so shortly before that nobody has looked yet whether the letter left. Raises NotAllowed, BadAnswers.
    """
    must_keep_duty_list(work.connection, work.actor)
    one_at_a_time(work.connection, f"duty list of {work.authority}")
    minutes = int(check(MINUTES, answers, _NO_CIRCUMSTANCES, work.now)["minutes"])
    before = alarm_minutes(work.connection, work.authority)
    work.connection.execute(update(Authority).where(Authority.id == work.authority).values(alarm_minutes=minutes))
    work.record_settled("alarm_minutes_set", {"minutes": minutes, "before": before})
    return minutes


def _checked(work: Work, answers: Mapping[str, Any], but: str = "") -> dict[str, Any]:
    must_keep_duty_list(work.connection, work.actor)
    one_at_a_time(work.connection, f"duty list of {work.authority}")
    listed = turns(work.connection, work.authority, work.now)
    others = tuple(turn for turn in listed if turn.id != but)
    form = turn_form(may_be_on_duty(work.connection, work.authority, work.now), "")
    against = partial(speaks_against, others, work.now)
    found = check(form, answers, _NO_CIRCUMSTANCES, work.now, against=against)
    return {
        "account_id": found["person"],
        "place": found["place"],
        "starts_at": datetime.fromisoformat(found["starts_at"]),
        "ends_at": datetime.fromisoformat(found["ends_at"]),
        "address": found.get("address", ""),
    }


def _ours(work: Work, turn: str) -> tuple[Any, ...]:
    return DutyTurn.authority_id == work.authority, DutyTurn.id == turn


def _by(work: Work) -> dict[str, Any]:
    return {"changed_at": work.now, "changed_by": work.actor.signature}


def _said(turn: str, values: Mapping[str, Any]) -> dict[str, Any]:
    moments = {name: values[name].isoformat() for name in ("starts_at", "ends_at")}
    said = {"turn": turn, "account": values["account_id"], "place": values["place"], "address": values["address"]}
    return said | moments
