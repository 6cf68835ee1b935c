"""One call of each command about bars, restricted cases and break glass, for the tests that hold of every command."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import select

from engine.commands import barring, breaking_glass, leavers, restricting
from engine.people.identity import SYSTEM
from engine.tables import Bar, BrokenGlass, Restriction
from tests.builders import MONDAY, Authority, do, reference

WHY = {"reason": "They are neighbours."}
WORKERS = "social_worker.1@example.org\nteam_manager.1@example.org"
NAMED = {"accounts": ["social_worker.1", "team_manager.1"]}


def bars(at: Authority, case: str, email: str = "social_worker.2@example.org") -> str:
    """Gives the id of the bar."""
    said = {"reference": reference(authority=at, case=case), "who": email, **WHY}
    return barring.bar_from_child(at.database, at.actor("privacy_officer"), MONDAY, said)


def asks_to_end(at: Authority, case: str) -> str:
    bar = bars(at, case)
    barring.ask_to_end_bar(at.database, at.actor("privacy_officer"), MONDAY, bar, WHY)
    return bar


def restricts(at: Authority, case: str, *accounts: str) -> str:
    """Gives the id of the restriction."""
    said = {**NAMED, **({"accounts": [*accounts]} if accounts else {}), **WHY}
    restricting.restrict_case(at.database, at.actor("team_manager"), MONDAY, case, said)
    with at.database.read() as connection:
        newest = select(Restriction.id).where(Restriction.case_id == case, Restriction.ended_at.is_(None))
        return connection.execute(newest).scalar_one()


def breaks_glass(at: Authority, case: str, role: str = "police_officer") -> str:
    """Gives the id of the use."""
    said = {"reference": reference(authority=at, case=case), **WHY}
    breaking_glass.break_glass(at.database, at.actor(role), MONDAY, said, 60)
    with at.database.read() as connection:
        return connection.execute(select(BrokenGlass.id).where(BrokenGlass.case_id == case)).scalars().all()[-1]


def held(at: Authority, bar: str) -> bool:
    with at.database.read() as connection:
        return connection.scalar(select(Bar.id).where(Bar.id == bar, Bar.ended_at.is_(None))) is not None


def _bars(at: Authority, case: str) -> Callable[[], object]:
    return lambda: bars(at, case)


def _asks(at: Authority, case: str) -> Callable[[], object]:
    bar = bars(at, case)
    return lambda: barring.ask_to_end_bar(at.database, at.actor("privacy_officer"), MONDAY, bar, WHY)


def _decides(at: Authority, case: str) -> Callable[[], object]:
    bar = asks_to_end(at, case)
    return lambda: barring.decide_on_bar(at.database, at.actor("administrator"), MONDAY, bar, ends=True)


def _restricts(at: Authority, case: str) -> Callable[[], object]:
    said = {**NAMED, **WHY}
    return lambda: restricting.restrict_case(at.database, at.actor("team_manager"), MONDAY, case, said)


def _of_restricted(name: str, answers: Mapping[str, Any]) -> Callable[[Authority, str], object]:
    def given(at: Authority, case: str) -> Callable[[], object]:
        restricts(at, case)
        give: Any = getattr(restricting, name)
        return lambda: give(at.database, at.actor("team_manager"), MONDAY, case, answers)

    return given


def _by_officer(name: str, answers: Mapping[str, Any]) -> Callable[[Authority, str], object]:
    def given(at: Authority, case: str) -> Callable[[], object]:
        restriction = restricts(at, case)
        give: Any = getattr(restricting, name)
        return lambda: give(at.database, at.actor("privacy_officer"), MONDAY, restriction, answers)

    return given


def _restricts_by_reference(at: Authority, case: str) -> Callable[[], object]:
    said = {"reference": reference(authority=at, case=case), "emails": WORKERS, **WHY}
    return lambda: restricting.restrict_by_reference(at.database, at.actor("privacy_officer"), MONDAY, said)


def _tells(at: Authority, case: str) -> Callable[[], object]:
    use = breaks_glass(at, case)
    return lambda: breaking_glass.tell_of_use(at.database, SYSTEM, MONDAY, use)


def _reviews(at: Authority, case: str) -> Callable[[], object]:
    use, said = breaks_glass(at, case), {"verdict": "right", "reason": "She asked me."}
    return lambda: breaking_glass.review_glass(at.database, at.actor("privacy_officer"), MONDAY, use, said)


def _ends_in_case(at: Authority, case: str) -> Callable[[], object]:
    do(authority=at, case=case, task="decide_response", response="assessment")
    do(authority=at, case=case, task="allocate_social_worker", lead_social_worker="social_worker.2")
    bars(at, case)
    return lambda: leavers.end_in_case(at.database, SYSTEM, MONDAY, case)


CALLS_OF_KEEPING: Mapping[str, Callable[[Authority, str], object]] = {
    "bar_from_child": _bars,
    "ask_to_end_bar": _asks,
    "decide_on_bar": _decides,
    "restrict_case": _restricts,
    "change_named": _of_restricted("change_named", {"accounts": ["social_worker.1"]}),
    "end_restriction_of_case": _of_restricted("end_restriction_of_case", WHY),
    "restrict_by_reference": _restricts_by_reference,
    "change_named_by_email": _by_officer("change_named_by_email", {"emails": "social_worker.1@example.org"}),
    "end_restriction": _by_officer("end_restriction", WHY),
    "break_glass": lambda at, case: lambda: breaks_glass(at, case),
    "tell_of_use": _tells,
    "review_glass": _reviews,
    "end_in_case": _ends_in_case,
}
