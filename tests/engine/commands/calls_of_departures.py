"""One call of each command by which somebody proceeds differently, for the tests that hold of every command."""

from collections.abc import Callable, Mapping

from sqlalchemy import select

from engine.commands.proceeding_differently import decide_departure, skip_step, take_further_step
from engine.facts.departure_forms import DECISION, REASON, VERDICT
from engine.forms.departure_rules import How
from engine.tables import Departure, Instance
from tests.builders import MONDAY, Authority, do, open_items

WHY = {REASON: "Zqwhy: the right thing today is another."}
AGREED = {VERDICT: "agreed", DECISION: "Zqagreed."}
REFUSED = {VERDICT: "refused", DECISION: "Zqrefused."}


def item_of(at: Authority, case: str, task: str) -> str:
    return open_items(database=at.database, case=case)[task].id


def run_of(at: Authority, case: str, process: str = "referral") -> str:
    with at.database.read() as connection:
        runs = select(Instance.id).filter_by(case_id=case, process=process).order_by(Instance.number.desc())
        return connection.scalars(runs).first() or ""


def skips(at: Authority, case: str, task: str = "inform_family", role: str = "social_worker", **stated: str) -> bool:
    return skip_step(at.database, at.actor(role), MONDAY, item_of(at, case, task), {**WHY, **stated})


def opens(at: Authority, case: str, task: str, how: How = "open", role: str = "social_worker") -> bool:
    return take_further_step(at.database, at.actor(role), MONDAY, case, run_of(at, case), task, how, WHY)


def asks_a_manager(at: Authority, case: str) -> str:
    """A decision of a manager is to be skipped; gives the request that waits."""
    if "decide_response" in open_items(database=at.database, case=case):
        do(authority=at, case=case, task="decide_response", response="assessment")
    skips(at, case, "allocate_social_worker")
    with at.database.read() as connection:
        return connection.scalars(select(Departure.id).filter_by(case_id=case, stands="waits")).one()


def decides(at: Authority, case: str, departure: str, role: str = "team_manager", **said: str) -> None:
    decide_departure(at.database, at.actor(role), MONDAY, case, departure, {**AGREED, **said})


def _skips(at: Authority, case: str) -> Callable[[], object]:
    item = item_of(at, case, "decide_response")
    stated = {**WHY, "response": "no_further_action"}
    return lambda: skip_step(at.database, at.actor("social_worker"), MONDAY, item, stated)


def _opens(at: Authority, case: str) -> Callable[[], object]:
    run = run_of(at, case)
    return lambda: take_further_step(
        at.database, at.actor("social_worker"), MONDAY, case, run, "feed_back_to_referrer", "open", WHY
    )


def _decides(at: Authority, case: str) -> Callable[[], object]:
    departure = asks_a_manager(at, case)
    return lambda: decides(at, case, departure)


CALLS_OF_DEPARTURES: Mapping[str, Callable[[Authority, str], object]] = {
    "skip_step": _skips,
    "take_further_step": _opens,
    "decide_departure": _decides,
}
