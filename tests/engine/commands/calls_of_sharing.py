"""One call of each command about what is shared and what is wished about that, for the tests that hold of each one."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import select

from engine.commands.recording_shares import record_share, record_wish, withdraw_wish
from engine.tables import SharingWish
from tests.builders import MONDAY, Authority

SHARED = {
    "what": "Zqwhat: that he was not at school.",
    "agencies": ["health"],
    "why": "Zqwhy: the nurse sees him on Friday.",
    "shared_on": "2026-03-02",
    "consent": "given",
}
WISH = {
    "whose": "child",
    "what": "Zqwish: where I sleep.",
    "against": "agencies",
    "agencies": ["health"],
    "why": "Zqfear: my father works there.",
    "said_on": "2026-03-02",
    "source": "He told me on the visit.",
}
OVER = {"said_on": "2026-03-02", "source": "Zqover: he rang me."}


def shares(at: Authority, case: str, **other: Any) -> None:
    record_share(at.database, at.actor("social_worker"), MONDAY, case, {**SHARED, **other})


def wishes(at: Authority, case: str, replaces: str | None = None, **other: Any) -> str:
    """Gives the id of the wish."""
    before = _ids(at)
    record_wish(at.database, at.actor("social_worker"), MONDAY, case, {**WISH, **other}, replaces)
    return next(iter(_ids(at) - before))


def _ids(at: Authority) -> frozenset[str]:
    with at.database.read() as connection:
        return frozenset(connection.scalars(select(SharingWish.id)))


def _shares(at: Authority, case: str) -> Callable[[], object]:
    return lambda: shares(at, case)


def _wishes(at: Authority, case: str) -> Callable[[], object]:
    return lambda: record_wish(at.database, at.actor("social_worker"), MONDAY, case, WISH)


def _withdraws(at: Authority, case: str) -> Callable[[], object]:
    wish = wishes(at, case)
    return lambda: withdraw_wish(at.database, at.actor("social_worker"), MONDAY, case, wish, OVER)


CALLS_OF_SHARING: Mapping[str, Callable[[Authority, str], object]] = {
    "record_share": _shares,
    "record_wish": _wishes,
    "withdraw_wish": _withdraws,
}
