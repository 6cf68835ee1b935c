"""One good call of every command about looking for something, and about which looks are seen at once."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from engine.commands import explaining_looks, keeping_searches, marking_well_known, reviewing_looks
from engine.people.identity import Actor
from engine.timescales.calendar import day_of
from tests.auditing import opens_case
from tests.builders import MONDAY, Authority
from tests.engine.commands.calls_of_letters_and_backups import Given


@dataclass(frozen=True)
class Page:
    cases_shown: tuple[str, ...]


def page(_connection: Any, _actor: Actor, _now: Any, case: str) -> Page:
    return Page((case,))


def unmarks(at: Authority, case: str) -> object:
    officer = at.actor("privacy_officer")
    marking_well_known.mark_well_known(at.database, officer, MONDAY, case)
    return lambda: marking_well_known.unmark_well_known(at.database, officer, MONDAY, case)


def reviews(at: Authority, case: str) -> Callable[[], object]:
    opens_case(authority=at, case=case, role="social_worker", now=MONDAY)
    of, said = ("social_worker.1", day_of(MONDAY), case), {"verdict": "wrong", "reason": "She could not say."}
    return lambda: reviewing_looks.review_look(at.database, at.actor("privacy_officer"), MONDAY, *of, said)


def unusual_look(at: Authority, case: str) -> str:
    """At a case that is marked as well known: day, account and case, as an address has them."""
    opens_case(authority=at, case=case, role="social_worker", now=MONDAY)
    marking_well_known.mark_well_known(at.database, at.actor("privacy_officer"), MONDAY, case)
    return f"{day_of(MONDAY)}/social_worker.1/{case}"


CALLS_OF_LOOKS: dict[str, Given] = {
    "keep_search": lambda at, _: (
        lambda: keeping_searches.keep_search(at.database, at.actor("social_worker"), MONDAY, "Ada")
    ),
    "keep_search_in_case": lambda at, case: (
        lambda: keeping_searches.keep_search_in_case(at.database, at.actor("auditor"), MONDAY, case, "Ada")
    ),
    "mark_well_known": lambda at, case: (
        lambda: marking_well_known.mark_well_known(at.database, at.actor("privacy_officer"), MONDAY, case)
    ),
    "review_look": reviews,
    "unmark_well_known": unmarks,
    "explain_many": lambda at, _: (
        lambda: explaining_looks.explain_many(
            at.database, at.actor("social_worker"), MONDAY, {"reason": "The night list"}, 40
        )
    ),
}
