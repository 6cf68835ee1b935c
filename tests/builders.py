"""What a test stands on: keyword-only builders with defaults, so that a test names only what it is about."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Row, func, insert, select

from engine import forms
from engine.base.database import Database
from engine.base.subject import Subject
from engine.commands.cases import Completed, Started, complete_task, start_process
from engine.commands.timers import catch_up
from engine.facts import models
from engine.facts.circumstances import situation
from engine.facts.models import in_force
from engine.people import identity
from engine.people.identity import Actor
from engine.process.bundle import START, Model, bundle_hash, read_bundle
from engine.record.chain import NewEntry, append
from engine.tables import Account, Agency, Bundle, BundleFile, Case, Instance, Membership, Table, Team, WorkItem
from tests.saving import is_untouched, saved, step

ROOT = Path(__file__).parent.parent
# A working day in winter time, with no bank holiday near.
MONDAY = datetime(2026, 3, 2, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@cache
def shipped() -> dict[str, bytes]:
    """The files of the repository's own bundle."""
    return models.files_under(ROOT)


@cache
def shipped_model() -> Model:
    return read_bundle(shipped())


def publish(*, database: Database, files: Mapping[str, bytes] | None = None, now: datetime = MONDAY) -> str:
    """Puts a bundle in force as it is; whether it is a good one is for the linter's own tests."""
    files = shipped() if files is None else files
    name = bundle_hash(files)
    with database.transaction() as connection:
        number = (connection.execute(select(func.max(Bundle.number))).scalar_one() or 0) + 1
        row = {"hash": name, "number": number, "published_at": now, "published_by": "system", "shipped": True}
        connection.execute(insert(Bundle), [row])
        connection.execute(
            insert(BundleFile),
            [{"bundle_hash": name, "path": path, "content": content} for path, content in files.items()],
        )
        digests = {path: hashlib.sha256(content).hexdigest() for path, content in files.items()}
        payload = {"number": number, "shipped": True, "before": None, "files": digests}
        append(connection, "system", "system", now, [NewEntry("published", bundle=name, payload=payload)])
    return name


@dataclass(frozen=True)
class Authority:
    """An authority at work: `team` takes referrals, `other_team` is social care's as well and has no case yet."""

    database: Database
    team: str
    other_team: str

    def actor(self, role: str, *, number: int = 1, now: datetime = MONDAY) -> Actor:
        """Two people hold each role in the team: `number` says which."""
        with self.database.read() as connection:
            return identity.actor(connection, account(role=role, number=number), now)


def account(*, role: str, number: int = 1) -> str:
    return f"{role}.{number}"


def authority(*, database: Database, files: Mapping[str, bytes] | None = None, now: datetime = MONDAY) -> Authority:
    """With the shipped bundle in force, every agency, and two people of each role, there for a year already."""
    untouched = files is None and is_untouched(database)
    publish(database=database, files=files, now=now)
    made = Authority(database, "duty_team", "other_team")
    model = shipped_model()
    people = [(role, number) for role in model.roles.values() for number in (1, 2)]
    agencies = [{"id": one.id, "name": one.name} for one in model.agencies.values()]
    teams = [{"id": made.team, "agency_id": "social_care", "name": "Duty team", "duty": True}]
    teams += [{"id": made.other_team, "agency_id": "social_care", "name": "Other team", "duty": False}]
    accounts = [_account_row(role.name, account(role=role.id, number=number), now) for role, number in people]
    memberships = [
        membership(account=account(role=role.id, number=number), role=role.id, agency=role.agency, now=now)
        for role, number in people
    ]
    with database.transaction() as connection:
        for table, rows in ((Agency, agencies), (Team, teams), (Account, accounts), (Membership, memberships)):
            connection.execute(insert(table), rows)
    if untouched:
        step(database, f"authority {now}")
    return made


def membership(
    *,
    account: str,
    role: str,
    agency: str | None = None,
    team: str | None = None,
    now: datetime = MONDAY,
    held_until: datetime | None = None,
) -> dict[str, Any]:
    """A row of `membership`, held for a year already; in social care it is of the duty team unless another is named."""
    team = "duty_team" if agency == "social_care" and team is None else team
    held = {"held_from": now - 365 * DAY, "held_until": held_until}
    key = f"{account}:{role}:{team}"
    return {"id": key, "account_id": account, "agency_id": agency, "team_id": team, "role": role, **held}


def new_account(*, database: Database, account: str, now: datetime = MONDAY) -> str:
    with database.transaction() as connection:
        connection.execute(insert(Account), [_account_row(account, account, now)])
    return account


def _account_row(name: str, account: str, now: datetime) -> dict[str, Any]:
    number = account.rpartition(".")[2]
    named = {"id": account, "name": f"{name} {number}", "email": f"{account}@example.org"}
    return {**named, "password_hash": None, "created_at": now - 365 * DAY, "disabled_at": None}


def child(*, given_name: str = "Ada", **more: str) -> dict[str, str]:
    return {"given_name": given_name, "family_name": "Example", "born": "2011-06-03", **more}


def filled(*, database: Database, subject: Subject, given: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """The answers with a valid one for each that is required and left out."""
    answers = dict(given)
    for _ in range(3):  # what was filled in may make another question hold
        with database.read() as connection:
            model = in_force(connection)
            stands = situation(connection, model, subject, answers, now)
        form = model.form(subject.process, subject.element) or {}
        answers, more = forms.fill(form, answers, stands.holding, now, stands.choices)
        if not more:
            break
    return answers


def referral(*, authority: Authority, now: datetime = MONDAY, **given: Any) -> dict[str, Any]:
    """Answers of a referral form: of one child, in no danger just now, unless other things are given."""
    answers = {"immediate_danger": "no", "children": [child()], "received_at": now.isoformat(), **given}
    return filled(database=authority.database, subject=Subject("referral", START), given=answers, now=now)


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
    return filled(database=authority.database, subject=subject, given=given, now=now)


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
    "agreed": (("agree_plan", {"review_date": "2026-06-01"}),),
    "closing": (("review_plan", {"progress": "close"}),),
    "closed": (("close_case", {}),),
}


@saved
def case_at(*, authority: Authority, point: str = "referred", now: datetime = MONDAY, **given: Any) -> str:
    """A case that has come to a point of WAYS, all on one day."""
    case = refer(authority=authority, now=now, **given).cases[0]
    points = list(WAYS)
    for passed in points[: points.index(point) + 1]:
        for task, answers in WAYS[passed]:
            do(authority=authority, case=case, task=task, now=now, **answers)
    return case


def pass_time(*, authority: Authority, now: datetime) -> int:
    """Acts on what fell due until now; gives how many clocks."""
    return catch_up(authority.database, identity.SYSTEM, now)


Rows = dict[str, list[str]]


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
