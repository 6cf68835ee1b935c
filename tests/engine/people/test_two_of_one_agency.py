"""Two schools with a part in one case: each finds what a school is to do, and neither what the other has done."""

from collections.abc import Callable

import pytest
from sqlalchemy import select, update

from engine.base.database import Database
from engine.base.errors import NotFound
from engine.commands.accounts import add_organisation
from engine.commands.cases import claim, release
from engine.commands.deciding_parts import add_organisation_to_case
from engine.commands.drafts import save_draft
from engine.facts.part_decisions import what_it_has_to_do
from engine.people.identity import Actor
from engine.reads.case.case_page import CaseView
from engine.reads.case.case_page import case as case_page
from engine.reads.list_page import OVERVIEW
from engine.reads.lists.worklist import worklist
from engine.reads.task.task_page import task as task_page
from engine.reads.task.task_page import task_questions
from engine.tables import Membership, Organisation, WorkItem
from tests.builders import MONDAY, Authority, authority, do, open_items
from tests.engine.commands.pathway import accepted, begin
from tests.organisations import SYSTEM_HERE


@pytest.fixture
def world(database: Database) -> Authority:
    """The second of the two people of education works in another school."""
    world = authority(database=database)
    add_organisation(database, SYSTEM_HERE, MONDAY, "education", "Hill School")
    with database.transaction() as connection:
        hill = select(Organisation.id).where(Organisation.name == "Hill School").scalar_subquery()
        theirs = Membership.account_id == "education_practitioner.2"
        connection.execute(update(Membership).where(theirs).values(organisation_id=hill))
    return world


def schools(world: Authority) -> tuple[Actor, Actor]:
    return world.actor("education_practitioner"), world.actor("education_practitioner", number=2)


def both_in(world: Authority, case: str) -> str:
    for actor in schools(world):
        answers = {"organisation": actor.organisation, "reason": "They know the family."}
        add_organisation_to_case(world.database, world.actor("social_worker"), MONDAY, case, answers)
    return case


def asked(world: Authority) -> tuple[str, str]:
    """A case in which education is to contribute, and that task."""
    case = both_in(world, accepted(authority=world))
    do(authority=world, case=case, task="plan_assessment", contributors=["education"])
    return case, open_items(database=world.database, case=case)["contribute(education)"].id


def found(world: Authority, actor: Actor) -> set[str]:
    with world.database.read() as connection:
        return {row.item for group in worklist(connection, actor, MONDAY, OVERVIEW).values() for row in group.rows}


def page(world: Authority, actor: Actor, case: str) -> CaseView:
    with world.database.read() as connection:
        return case_page(connection, actor, MONDAY, case)


def reads(world: Authority, actor: Actor, item: str) -> list[Callable[[], object]]:
    """Every way to come by the task."""

    def of_page() -> object:
        with world.database.read() as connection:
            return task_page(connection, actor, MONDAY, item)

    def of_questions() -> object:
        with world.database.read() as connection:
            return task_questions(connection, actor, MONDAY, item, lambda _asked: {})

    return [of_page, of_questions, lambda: claim(world.database, actor, MONDAY, item)]


def test_what_one_has_taken_is_no_longer_for_the_other(world: Authority) -> None:
    (first, second), (case, item) = schools(world), asked(world)
    assert item in found(world, first) & found(world, second)
    claim(world.database, first, MONDAY, item)
    assert item in found(world, first) - found(world, second)
    assert not page(world, second, case).running.rows
    for way in reads(world, second, item):
        with pytest.raises(NotFound):
            way()
    release(world.database, first, MONDAY, item)
    assert item in found(world, second), "handed back it is for both again"


def test_what_one_has_done_stands_on_no_page_of_the_other(world: Authority) -> None:
    (first, second), (case, item) = schools(world), asked(world)
    save_draft(world.database, second, MONDAY, item, {"contribution": "Half a sentence"})
    do(authority=world, case=case, task="contribute(education)", by=first, contribution="The head has seen bruises.")
    own, other = page(world, first, case), page(world, second, case)
    assert other.unsent == (), "nor is it led back to what it had typed for it"
    assert own.answered.total == 1
    assert (other.answered.total, other.running.total, other.finished.total) == (0, 0, 0)
    assert not [word for one in other.happened.rows for word in one.words if "ontribute" in word]
    for way in reads(world, second, item):
        with pytest.raises(NotFound):
            way()


def test_what_follows_from_a_form_of_the_one_is_for_that_one(world: Authority) -> None:
    """Who disagreed reads what was answered, and is asked whether they accept it: the other school is not."""
    first, second = schools(world)
    case = both_in(world, accepted(authority=world))
    begin(authority=world, process="professional_disagreement", case=case, by=first, about="response", supported="yes")
    do(authority=world, case=case, task="answer_disagreement", answer="maintained")
    item = open_items(database=world.database, case=case)["accept_answer(education)"].id
    assert item in found(world, first) - found(world, second)
    for way in reads(world, second, item):
        with pytest.raises(NotFound):
            way()
    assert page(world, first, case).answered.total == 2
    assert page(world, second, case).answered.total == 0
    with world.database.read() as connection:
        assert connection.scalar(select(WorkItem.owner_id).where(WorkItem.id == item)) is None


def test_a_part_does_not_end_while_only_its_own_form_waits_for_it(world: Authority) -> None:
    """The other school cannot answer for it, so it is not left without anybody who can."""
    first, second = schools(world)
    case = both_in(world, accepted(authority=world))
    begin(authority=world, process="professional_disagreement", case=case, by=first, about="response", supported="yes")
    do(authority=world, case=case, task="answer_disagreement", answer="maintained")
    with world.database.read() as connection:
        left = [what_it_has_to_do(connection, case, "education", one.organisation) for one in (first, second)]
    assert [len(one) for one in left] == [1, 0]
