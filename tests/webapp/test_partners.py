"""What a partner's pages hold, in cases that went any way: nobody of another organisation by name, nobody else's work,
no reason why anything was late, no address that is kept secret. Each guard that is taken away is seen to matter.
"""

import random
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select, true, update

from engine.base.errors import Refusal
from engine.commands.deciding_parts import add_organisation_to_case
from engine.people.identity import PUBLIC, Actor
from engine.tables import Account, Case, Membership, Part, WorkItem
from tests.amount import seeds
from tests.builders import DAY, Authority, case_at, child, do, open_items, pass_time, shipped_model
from tests.engine.commands.pathway import begin
from tests.webapp.conftest import Clock
from tests.webapp.visitor import Visitor

As = Callable[..., Visitor]
SECRET, LATE = "14 Refuge Road, Ardenmoor", "The mother was in hospital"
POINTS = ("referred", "deciding", "assessing", "planned")
ANSWERS: dict[str, Any] = {
    "contributors": ["health", "police", "education"],
    "lead_social_worker": "social_worker.1",
    "late_reason": LATE,
}
PARTNERS = {"health": "health_practitioner", "police": "police_officer", "education": "education_practitioner"}


def any_case(world: Authority, clock: Clock, seed: int) -> str:
    """Some way along the pathway, late at times; partners are added, contribute, are asked, disagree and act in danger.
    What is typed in it they have not typed: it came from the public.
    """
    chance = random.Random(seed)  # noqa: S311 (tries, not secrets)
    ada = child(address=SECRET, address_withheld="yes", born=f"{clock.now:%Y-%m-%d}")
    case = case_at(
        authority=world, point=chance.choice(POINTS), now=clock.now, children=[ada], sender=PUBLIC.at(world.id)
    )
    for agency in chance.sample([*PARTNERS], 2):
        allowed(partial(add, world, case, agency, clock.now))
    for _ in range(chance.randint(6, 10)):
        now = clock.move(timedelta(days=chance.choice([0, 1, 40])))
        pass_time(authority=world, now=now)
        if chance.random() < 0.2:
            process = chance.choice(["professional_disagreement", "immediate_protection"])
            by = world.actor(PARTNERS[chance.choice([*PARTNERS])], now=now)
            allowed(partial(begin, authority=world, process=process, case=case, by=by, now=now))
        if waiting := [*open_items(database=world.database, case=case)]:
            task = chance.choice(waiting)
            allowed(partial(do, authority=world, case=case, task=task, now=now, **asked(world, case, task)))
    return case


def add(world: Authority, case: str, agency: str, now: datetime) -> None:
    answers = {"organisation": agency, "reason": "They know the family."}
    add_organisation_to_case(world.database, world.actor("social_worker", now=now), now, case, answers)


def asked(world: Authority, case: str, task: str) -> dict[str, Any]:
    """Of the answers that matter here those that the form of the task has."""
    item = open_items(database=world.database, case=case)[task]
    fields = (shipped_model().form(item.process, item.element) or {}).get("properties", {})
    return {name: answer for name, answer in ANSWERS.items() if name in fields}


def allowed(step: Callable[[], object]) -> None:
    """What the case refuses just now is left undone: another step comes."""
    with suppress(Refusal, KeyError):
        step()


def disclosed(as_a: As, world: Authority, case: str) -> list[str]:
    """Everything that a partner's pages hold and must not."""
    return [each for agency in with_a_part(world, case) for each in _disclosed_to(as_a, world, case, agency)]


def with_a_part(world: Authority, case: str) -> list[str]:
    with world.database.read() as connection:
        found = connection.scalars(select(Part.agency_id).where(Part.case_id == case).distinct())
        return sorted(agency for agency in found if agency in PARTNERS)


def _disclosed_to(as_a: As, world: Authority, case: str, agency: str) -> Iterator[str]:
    visitor = as_a(PARTNERS[agency])
    texts = {path: visitor.client.get(path).text for path in _pages(world, case, agency)}
    secrets = {f"the name of {name}": name for name in _names_of_others(world, agency)}
    secrets |= {"why something was late": LATE, "the address": "Refuge Road"}
    for path, text in texts.items():
        yield from (f"{agency} reads {what} on {path}" for what, secret in secrets.items() if secret in text)
    of_others = _work_of_others(world, case, agency)
    yield from (f"{agency} reads of “{title}”" for title in of_others if title in texts[f"/cases/{case}"])
    for item in _items_of_others(world, case, agency):
        if visitor.client.get(f"/tasks/{item}").status_code != 404:
            yield f"{agency} is shown the task of another"


def _pages(world: Authority, case: str, agency: str) -> list[str]:
    with world.database.read() as connection:
        own = (WorkItem.case_id == case, WorkItem.agency_id == agency)
        items = connection.scalars(select(WorkItem.id).where(*own)).all()
    starts = [f"/cases/{case}/start/{process}" for process in ("professional_disagreement", "referral")]
    tasks = [f"/tasks/{item}" for item in items]
    return ["/cases", "/tasks", f"/cases/{case}", f"/cases/{case}?all=happened", *starts, *tasks]


def _names_of_others(world: Authority, agency: str) -> list[str]:
    """All but those of the organisation and the lead social workers, to whom every agency turns, of the cases in which
    it has a part: its list of cases names them as well.
    """
    with world.database.read() as connection:
        own = select(Membership.account_id).where(Membership.organisation_id == agency)
        theirs = select(Part.case_id).where(Part.agency_id == agency)
        lead = select(Case.lead_account_id).where(Case.id.in_(theirs), Case.lead_account_id.is_not(None))
        others = select(Account.name).where(Account.id.not_in(own), Account.id.not_in(lead))
        return [*connection.scalars(others)]


def _work_of_others(world: Authority, case: str, agency: str) -> set[str]:
    titles = {True: set[str](), False: set[str]()}
    for row in _items(world, case):
        titles[_is_for(row, agency)].add(row.title)
    return titles[False] - titles[True]


def _items_of_others(world: Authority, case: str, agency: str) -> list[str]:
    return [row.id for row in _items(world, case) if not _is_for(row, agency)][:3]


def _items(world: Authority, case: str) -> list[Any]:
    with world.database.read() as connection:
        return [*connection.execute(select(WorkItem.__table__).where(WorkItem.case_id == case)).all()]


def _is_for(row: Any, agency: str) -> bool:
    return row.agency_id == agency or PARTNERS[agency] in row.also


def test_a_partner_reads_their_own_part_alone(as_a: As, world: Authority, clock: Clock) -> None:
    seen = set[str]()
    for seed in seeds(3, 40):
        case = any_case(world, clock, seed)
        seen |= {*with_a_part(world, case)}
        assert disclosed(as_a, world, case) == [], seed
    assert len(seen) > 1


def anybody(*_of: Any) -> bool:
    """In place of what asks whether the reader may see something."""
    return True


def any_task(*_of: Any) -> Any:
    """In place of the same, asked of the database."""
    return true()


def plain_name(_actor: Actor, account: Any) -> Any:
    """In place of engine.people.shown_names.shown_name."""
    return account.name


FAULTS: Mapping[str, tuple[str, Callable[..., Any]]] = {
    "the name": ("engine.reads.case.case_facts.shown_name", plain_name),
    "why something was late": ("engine.reads.case.seen_case.sees_answers_of", anybody),
    "the address": ("engine.reads.case.case_page.may_read_address", anybody),
    "reads of": ("engine.reads.case.case_facts.tasks_seen", any_task),
    "is shown the task of another": ("engine.reads.task.task_page.sees_task", anybody),
}


def test_each_guard_that_is_taken_away_is_found(
    as_a: As, world: Authority, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One case in which each would tell: the police share a task that a social worker has taken."""
    ada = child(address=SECRET, address_withheld="yes")
    case = case_at(authority=world, point="planned", children=[ada], sender=PUBLIC.at(world.id))
    now = clock.move(100 * DAY)
    pass_time(authority=world, now=now)
    do(authority=world, case=case, task="see_child", now=now, late_reason=LATE)
    with world.database.transaction() as connection:
        connection.execute(
            update(WorkItem)
            .where(WorkItem.case_id == case, WorkItem.element == "write_assessment")
            .values(also=["police_officer"], owner_id="social_worker.2")
        )
    told = partial(_disclosed_to, as_a, world, case, "police")
    assert [*told()] == []
    for what, (guard, open_to_all) in FAULTS.items():
        with monkeypatch.context() as patch:
            patch.setattr(guard, open_to_all)
            assert any(what in each for each in told()), what
