"""One child, one open case: a “yes” joins the newer case to the older one, and nothing is lost on the way."""

from typing import Any

import pytest
from sqlalchemy import Row, select

from engine.base.database import Database
from engine.base.errors import NotPossible
from engine.commands.cases import claim
from engine.commands.drafts import save_draft
from engine.people.identity import PUBLIC
from engine.record.chain import case_chain, lines
from engine.record.checkpoints import source
from engine.record.verifier import verify
from engine.tables import Case, Deadline, Draft, Instance, Outbox, WorkItem
from tests.builders import DAY, HERE, MONDAY, Authority, authority, child, do, open_items, refer
from tests.engine.commands.pathway import assessing, begin
from tests.rerun.rerunning import differing
from tests.walks.test_walks import NOWHERE

TUESDAY = MONDAY + DAY
YES = {"same_child": "yes", "same_child_reason": "The mother says so."}


@pytest.fixture
def world(database: Database) -> Authority:
    return authority(database=database)


def rows(world: Authority, table: Any, *where: Any) -> list[Row[Any]]:
    with world.database.read() as connection:
        return list(connection.execute(select(table.__table__).where(*where)))


def row(world: Authority, case: str) -> Row[Any]:
    return rows(world, Case, Case.id == case)[0]


def kinds(world: Authority, case: str) -> list[str]:
    with world.database.read() as connection:
        return [line.kind for line in lines(connection, case_chain(case))]


def must_be_sound(world: Authority) -> None:
    """Each case is what its record says, and the record is whole."""
    assert differing(database=world.database) == []
    with world.database.read() as connection:
        assert verify(source(connection, NOWHERE)).faults == []


def same(world: Authority, case: str, other: str, **more: Any) -> None:
    """It is said in the first that its child is that of the second."""
    person = row(world, other).person_id
    do(authority=world, case=case, task="clarify_referral", now=TUESDAY, **YES, known_person=person, **more)


def test_all_that_the_newer_case_holds_goes_on_in_the_older(world: Authority) -> None:
    first = assessing(authority=world)
    second = refer(
        authority=world,
        sender=PUBLIC.at(HERE),
        now=TUESDAY,
        children=[child()],
        reply_by="email",
        referrer_email="a@b.example",
        submission="mine",
    ).cases[0]
    worker, item = world.actor("social_worker"), open_items(database=world.database, case=second)["decide_response"]
    claim(world.database, worker, TUESDAY, item.id)
    save_draft(world.database, worker, TUESDAY, item.id, {"reason": "Half a sentence"})
    save_draft(world.database, worker, TUESDAY, f"start:strategy_discussion:{second}", {"concern": "Half"})
    due = {one.id: one.due_at for one in rows(world, Deadline, Deadline.case_id.in_([first, second]))}
    same(world, second, first)

    joined = row(world, second)
    assert (joined.joined_to_id, joined.closed_at) == (first, TUESDAY)
    assert [one.case_id for one in rows(world, WorkItem)] == [first] * len(rows(world, WorkItem))
    came = rows(world, Instance, Instance.came_from_id == second)
    assert [(one.process, one.number, one.case_id, one.status) for one in came] == [("referral", 2, first, "running")]
    held = open_items(database=world.database, case=first)["decide_response"]
    assert (held.id, held.owner_id) == (item.id, worker.account)
    assert sorted(one.subject for one in rows(world, Draft)) == sorted([item.id, f"start:strategy_discussion:{first}"])
    after = rows(world, Deadline, Deadline.case_id == first)
    assert {one.id: one.due_at for one in after} == due
    assert len({(one.clock, one.number) for one in after}) == len(after)
    assert [one.case_id for one in rows(world, Outbox, Outbox.kind == "acknowledgement")] == [first]
    assert kinds(world, second)[-3:-1].count("joined") == 1
    assert "took_over" in kinds(world, first)
    must_be_sound(world)

    again = refer(
        authority=world,
        sender=PUBLIC.at(HERE),
        now=TUESDAY,
        children=[child()],
        reply_by="email",
        referrer_email="a@b.example",
        submission="mine",
    )
    assert again.references == (joined.reference,), "who sent it learns of no other case"
    with pytest.raises(NotPossible, match="goes on elsewhere"):
        begin(authority=world, process="strategy_discussion", case=second, now=TUESDAY, concern="Harm.")
    do(authority=world, case=first, task="decide_response", now=TUESDAY, response="assessment", by=worker)
    assert len(rows(world, Instance, Instance.process == "assessment")) == 1, "it joined the one that runs"
    must_be_sound(world)
