"""One call of each command about the people around a child, for the tests that hold of each one."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import select

from engine.commands.recording_people import (
    change_personal_fact,
    end_personal_fact,
    record_person_around,
    record_personal_fact,
)
from engine.facts.people_around import THE_CHILD
from engine.tables import PersonalFact
from tests.builders import MONDAY, Authority

SAID = {"known_on": "2026-03-02", "source": "Zqsource: she told me."}
MOTHER = {
    "name": "Zqmother",
    "relation": "mother",
    "responsibility": "yes",
    "responsibility_by": "Zqbirth certificate",
    "lives": "yes",
    "from_day": "2020-01-01",
    **SAID,
}
COMMUNICATION = {
    "language": "Zqpolish",
    "interpreter": "yes",
    "interpreter_for": "Zqpolish",
    "safe_way": "Zqafter school.",
    "never": "Zqleave no message.",
    **SAID,
}
RISK = {"risk": "poses", "what": "Zqharm: he hit her.", "who_said": "Zqthe aunt", **SAID}
OVER = {"ended_as": "over", "ended_on": "2026-03-02", "known_on": "2026-03-02", "source": "Zqover: she rang me."}


def person(at: Authority, case: str, **other: Any) -> str:
    """Gives whom it is about."""
    before = {one.about for one in kept(at)}
    record_person_around(at.database, at.actor("social_worker"), MONDAY, case, {**MOTHER, **other})
    return next(one.about for one in kept(at) if one.about not in before)


def fact(at: Authority, case: str, about: str = THE_CHILD, kind: str = "communication", **other: Any) -> str:
    """Gives the id of the fact."""
    before = {one.id for one in kept(at)}
    said = {"communication": COMMUNICATION, "risk": RISK}.get(kind, SAID)
    record_personal_fact(at.database, at.actor("social_worker"), MONDAY, case, about, kind, {**said, **other})
    return next(one.id for one in kept(at) if one.id not in before)


def kept(at: Authority) -> list[Any]:
    with at.database.read() as connection:
        return [*connection.execute(select(PersonalFact.__table__).order_by(PersonalFact.id)).all()]


def _adds(at: Authority, case: str) -> Callable[[], object]:
    return lambda: record_person_around(at.database, at.actor("social_worker"), MONDAY, case, MOTHER)


def _records(at: Authority, case: str) -> Callable[[], object]:
    said = (at.actor("social_worker"), MONDAY, case, THE_CHILD, "communication", COMMUNICATION)
    return lambda: record_personal_fact(at.database, *said)


def _changes(at: Authority, case: str) -> Callable[[], object]:
    was = fact(at, case)
    answers = {**COMMUNICATION, "interpreter_for": "Zqsign language", "ended_as": "changed"}
    return lambda: change_personal_fact(at.database, at.actor("social_worker"), MONDAY, case, was, answers)


def _ends(at: Authority, case: str) -> Callable[[], object]:
    was = fact(at, case)
    return lambda: end_personal_fact(at.database, at.actor("social_worker"), MONDAY, case, was, OVER)


CALLS_OF_PEOPLE_AROUND: Mapping[str, Callable[[Authority, str], object]] = {
    "record_person_around": _adds,
    "record_personal_fact": _records,
    "change_personal_fact": _changes,
    "end_personal_fact": _ends,
}
