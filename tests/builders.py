"""What a test stands on: keyword-only builders with defaults, so that a test names only what it is about."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select

from engine import forms
from engine.base.database import Database
from engine.base.subject import Subject
from engine.commands.cases import Completed, Started, complete_task, start_process
from engine.commands.timers import catch_up
from engine.facts.circumstances import situation
from engine.facts.models import in_force
from engine.people import identity
from engine.people.identity import Actor, Held
from engine.process.bundle import START
from engine.tables import (
    Case,
    Instance,
    Table,
    WorkItem,
)
from tests.organisations import (
    DAY,
    HERE,
    HOUR,
    LONG_BEFORE,
    MONDAY,
    ROOT,
    SYSTEM_HERE,
    Authority,
    account,
    add_authority_row,
    authority,
    membership,
    new_account,
    own_id,
    publish,
    shipped,
    shipped_model,
)
from tests.saving import saved

# Asked for here by every test, whether it is of an authority or of a case.
__all__ = [
    "DAY",
    "HERE",
    "HOUR",
    "LONG_BEFORE",
    "MONDAY",
    "ROOT",
    "SYSTEM_HERE",
    "Authority",
    "account",
    "add_authority_row",
    "authority",
    "membership",
    "new_account",
    "own_id",
    "publish",
    "shipped",
    "shipped_model",
    "who_sees_all",
]


def who_sees_all(authority: str) -> Actor:
    """To whom every child of the authority may be offered."""
    return Actor(None, "Whoever sees all", (Held("auditor"),), authority)


def child(*, given_name: str = "Ada", **more: str) -> dict[str, str]:
    return {"given_name": given_name, "family_name": "Example", "born": "2011-06-03", **more}


def filled(
    *, database: Database, subject: Subject, given: Mapping[str, Any], now: datetime, authority: str = HERE
) -> dict[str, Any]:
    """The answers with a valid one for each that is required and left out."""
    answers, before = dict(given), dict[str, None]()
    for _ in range(3):  # what was filled in may make another question hold
        with database.read() as connection:
            model = in_force(connection, authority)
            stands = situation(connection, who_sees_all(authority), model, subject, answers, now)
        form = model.form(subject.process, subject.element) or {}
        answers, more = forms.fill(form, answers, stands.holding, now, stands.choices, before)
        before |= dict.fromkeys(more)
        if not more:
            break
    return answers


def referral(*, authority: Authority, now: datetime = MONDAY, **given: Any) -> dict[str, Any]:
    """Answers of a referral form: of one child, in no danger just now, unless other things are given."""
    answers = {"immediate_danger": "no", "children": [child()], "received_at": now.isoformat(), **given}
    subject = Subject("referral", START)
    return filled(database=authority.database, subject=subject, given=answers, now=now, authority=authority.id)


def refer(
    *,
    authority: Authority,
    sender: Actor | None = None,
    case: str | None = None,
    now: datetime = MONDAY,
    submission: str = "",
    **given: Any,
) -> Started:
    """A health practitioner refers, unless another sender is named."""
    sender = sender or authority.actor("health_practitioner")
    answers = referral(authority=authority, now=now, **given)
    return start_process(authority.database, sender, now, "referral", answers, case=case, submission=submission)


def open_items(*, database: Database, case: str) -> dict[str, Row[Any]]:
    """The open work of a case by task. One of several agencies is `contribute(health)`, one of a second instance of the
    process `decide_response.2`.
    """
    with database.read() as connection:
        rows = connection.execute(
            select(WorkItem.__table__)
            .join(Instance, Instance.id == WorkItem.instance_id)
            .where(WorkItem.case_id == case, WorkItem.closed_at.is_(None))
            .order_by(Instance.number, WorkItem.occurrence)
        ).all()
    found: dict[str, Row[Any]] = {}
    for row in rows:
        name = row.element if row.agency_id in (None, "social_care") else f"{row.element}({row.agency_id})"
        found[name if name not in found else f"{name}.2"] = row
    return found


def answers_to(*, authority: Authority, item: Row[Any], now: datetime = MONDAY, **given: Any) -> dict[str, Any]:
    subject = Subject(item.process, item.element, item.case_id, item.instance_id)
    return filled(database=authority.database, subject=subject, given=given, now=now, authority=authority.id)


def do(
    *,
    authority: Authority,
    case: str,
    task: str,
    by: Actor | None = None,
    now: datetime = MONDAY,
    **given: Any,
) -> Completed:
    """Completes an open task, by the first person of its role unless another is named."""
    item = open_items(database=authority.database, case=case)[task]
    by = by or authority.actor(item.role, now=now)
    answers = answers_to(authority=authority, item=item, now=now, **given)
    return complete_task(authority.database, by, now, item.id, answers)


# How a case comes to each point: the tasks done on the way, with the answers that matter.
WAYS: Mapping[str, tuple[tuple[str, dict[str, Any]], ...]] = {
    "referred": (),
    "deciding": (("clarify_referral", {"same_child": "no"}), ("acknowledge_referral", {})),
    "accepted": (("decide_response", {"response": "assessment"}),),
    "assessing": (
        ("feed_back_to_referrer", {}),
        ("inform_family", {}),
        ("allocate_social_worker", {"lead_social_worker": "social_worker.1"}),
    ),
    "planned": (("plan_assessment", {"contributors": ["health", "police"]}),),
    "written": (("write_assessment", {"finding": "child_in_need"}),),
    "in_need": (("authorise_assessment", {"authorised": "yes"}), ("share_outcome", {})),
    "agreed": (("agree_plan", {}),),
    "closing": (
        ("circulate_plan", {}),
        ("review_plan", {"progress": "close"}),
    ),
    "closed": (("close_case", {}),),
}


# Whose values are ids of accounts.
PEOPLE = frozenset({"lead_social_worker"})


@saved
def case_at(*, authority: Authority, point: str = "referred", now: datetime = MONDAY, **given: Any) -> str:
    """A case that has come to a point of WAYS, all on one day."""
    case = refer(authority=authority, now=now, **given).cases[0]
    points = list(WAYS)
    for passed in points[: points.index(point) + 1]:
        for task, answers in WAYS[passed]:
            own: dict[str, Any] = {**answers}
            own |= {"review_date": f"{now + 91 * DAY:%Y-%m-%d}"} if passed == "agreed" else {}
            own |= {name: own_id(own[name], authority.id) for name in PEOPLE & own.keys()}
            do(authority=authority, case=case, task=task, now=now, **own)
    return case


def pass_time(*, authority: Authority, now: datetime) -> int:
    """Acts on what fell due until now; gives how many clocks."""
    return catch_up(authority.database, identity.SYSTEM, now)


Rows = dict[str, list[str]]
# What an act is written into, besides the rows of what it did.
RECORD = ("chain", "act", "payload", "shown")


def all_rows(*, database: Database, but: tuple[str, ...] = ()) -> Rows:
    """Every row of every table as text, to see that nothing changed."""
    with database.read() as connection:
        return {
            name: sorted(repr(tuple(row)) for row in connection.execute(select(table)))
            for name, table in Table.metadata.tables.items()
            if name not in ("bundle_file", *but)
        }


def reference(*, authority: Authority, case: str) -> str:
    with authority.database.read() as connection:
        return connection.execute(select(Case.reference).where(Case.id == case)).scalar_one()
