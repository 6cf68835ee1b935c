"""A folder of files as another system gives them, for the tests of taking over."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from sqlalchemy import update

from engine.commands.taking_over_cases import ChildTaken, take_over_child
from engine.commands.taking_over_folders import FolderTaken, take_over_folder
from engine.facts.elsewhere_files import ElsewhereFolder
from engine.tables import Account
from tests.builders import MONDAY, SYSTEM_HERE, Authority, shipped_model

LEAD = "sam@council.example"
CHILDREN = (
    "reference,family,lead,given_name,family_name,born,expected,nhs_number,upn\n"
    f"LL-1,green,{LEAD},Ada,Green,2015-06-03,,943 476 5919,\n"
    f"LL-2,green,{LEAD},Ben,Green,04/05/2018,,,A123456789012\n"
    f"LL-3,,{LEAD},Cy,Brown,2012-01-01,,,\n"
)
PLANS = (
    "reference,plan_from,category,core_group_met,last_core_group_on,core_group_planned,next_core_group_on,"
    "visited,last_seen_on,reviewed,last_review_on,review_planned,next_review_on,agencies\n"
    "LL-1,2025-09-01,neglect,yes,2026-02-27,no,,yes,2026-02-10,yes,2025-11-28,yes,2026-05-20,Police;health\n"
    "LL-2,2026-02-23,physical,no,,yes,2026-03-06,no,,no,,no,,\n"
)
IN_NEED = "reference,plan_from,plan_agreed,review_date,plan_says\nLL-3,2025-12-01,yes,2026-06-01,School every day\n"
PEOPLE = "reference,name,relationship,lives_with_child\nLL-1,Mo Green,mother,yes\nLL-3,Di Brown,aunt,no\n"


def give_lead(at: Authority) -> None:
    """The social worker has the address that the files name."""
    with at.database.transaction() as connection:
        lead = at.actor("social_worker").account
        connection.execute(update(Account).where(Account.id == lead).values(email=LEAD))


def files(**other: str) -> Mapping[str, bytes]:
    given = {"children": CHILDREN, "protection_plan_taken_over": PLANS, "child_in_need_plan": IN_NEED}
    return {f"{name}.csv": text.encode() for name, text in (given | {"people": PEOPLE} | other).items()}


def folder(**other: str) -> ElsewhereFolder:
    return ElsewhereFolder(files(**other), shipped_model())


def comes(at: Authority, other: Mapping[str, str] = MappingProxyType({}), *, dry: bool = False) -> FolderTaken:
    return take_over_folder(at.database, SYSTEM_HERE, lambda: MONDAY, files(**other), dry=dry)


def one_by_one(at: Authority) -> list[ChildTaken]:
    return [take_over_child(at.database, SYSTEM_HERE, MONDAY, child, dry=False) for child in folder().children]


def _takes_over(at: Authority, _case: str) -> Callable[[], object]:
    give_lead(at)
    first, *_ = folder().children
    return lambda: take_over_child(at.database, SYSTEM_HERE, MONDAY, first, dry=False)


CALLS_OF_TAKING_OVER: Mapping[str, Callable[[Authority, str], object]] = {"take_over_child": _takes_over}
