"""What goes with a case that two people erased, and what stays of others."""

from typing import Any

import pytest
from sqlalchemy import or_, select, text, update

from engine.base.database import Database
from engine.base.errors import BadAnswers, NotFound, NotPossible
from engine.base.identifiers import new_id
from engine.commands import asking_for_parts, legal_holds
from engine.commands.answering_subject_requests import close_subject_request
from engine.facts.searching import search
from engine.likeness.wanted import wanted
from engine.people.who_knows import knows
from engine.reads.task import erasure_pages
from engine.record.chain import authority_chain, case_chain, lines
from engine.record.checkpoints import source
from engine.record.verifier import verify
from engine.tables import Case, DisputeNote, Erasure, Person, PersonKey, PossibleMatch, SubjectRequest
from engine.timescales.calendar import day_of
from tests.builders import DAY, HOUR, MONDAY, Authority, authority, case_at, child, do, open_items, refer, reference
from tests.engine.commands import calls_of_retention as calls
from tests.engine.commands.calls import ASKED
from tests.engine.commands.calls_of_keeping import bars
from tests.engine.commands.calls_of_retention import LATER, WHY, closed, decides, erases, holds, proposes
from tests.engine.commands.calls_of_subject import CALLS_OF_SUBJECT, WITHHELD, asks_what_is_held, decides_items
from tests.engine.commands.joining import same
from tests.engine.commands.test_erasing import due, faults, kept, left_of, planted, run
from tests.posting import sent
from tests.walks.test_walks import NOWHERE


@pytest.fixture
def world(database: Database) -> Authority:
    return authority(database=database)


def finish(at: Authority, case: str) -> None:
    """Whatever is open in it is done, so that it is closed, and its letters are sent."""
    for _ in range(20):
        for task in open_items(database=at.database, case=case):
            more: dict[str, Any] = {"response": "no_further_action"} if task.startswith("decide_response") else {}
            more |= {"same_child": "no"} if task.startswith("clarify_referral") else {}
            if task in open_items(database=at.database, case=case):
                do(authority=at, case=case, task=task, now=MONDAY + 2 * DAY, **more)
    sent(at.database, MONDAY + 2 * DAY)


def asks(at: Authority) -> str:
    """Gives the id of a request for a part."""
    by = at.actor("education_practitioner")
    return asking_for_parts.ask_for_part(at.database, by, MONDAY, ASKED, new_id())


def gives_part(at: Authority, request: str, case: str) -> None:
    answers = {"decision": "given", "case": case, "reason": "She teaches her."}
    asking_for_parts.decide_on_part_request(at.database, at.actor("team_manager"), MONDAY, request, answers)


def test_of_an_erased_case_nothing_is_left_and_the_record_is_whole(world: Authority) -> None:
    case, other = closed(world), closed(world)
    erases(world, case)
    assert (faults(world), left_of(world, case, other), planted(world)) == ([], [], [])
    with world.database.read() as connection:
        row = connection.execute(select(Case.__table__).where(Case.id == case)).one()
        assert (row.erased_at, row.match_name) == (LATER, "")
        names = select(Person.given_name, Person.born).join(Case, Case.person_id == Person.id).where(Case.id == case)
        assert tuple(connection.execute(names).one()) == ("", None)
        assert all(line.payload is None for line in lines(connection, case_chain(case)))
        for role in ("social_worker", "team_manager", "auditor", "privacy_officer"):
            actor = world.actor(role, now=LATER)
            assert connection.scalars(select(Case.id).where(knows(actor), Case.id == case)).all() == []
            found = search(connection, actor, wanted("Ada", day_of(LATER)), Case.id.label("case"))
            assert [row.case for row in found if row.case == case] == []
    with world.database.read() as connection:
        assert verify(source(connection, NOWHERE)).counts["erased"] > 3
    with pytest.raises(NotPossible):
        decides(world, erasures(world)[0])
    with pytest.raises(NotFound):
        proposes(world, case)


def erasures(at: Authority) -> list[str]:
    with at.database.read() as connection:
        return [*connection.scalars(select(Erasure.id))]


def test_a_case_goes_with_all_that_were_joined_to_it_and_not_by_itself(world: Authority) -> None:
    joined, case = joined_and_closed(world)
    calls.rules(world)
    hold = holds(world, joined)
    assert (due(world), kept(world)) == ([], {case: "held"})
    legal_holds.lift_hold(world.database, world.actor("privacy_officer"), LATER, hold, WHY)
    assert due(world) == [case]
    with pytest.raises(NotPossible):
        proposes(world, joined)
    erasure = proposes(world, case)
    with world.database.read() as connection:
        seen = erasure_pages.erasure(connection, world.actor("administrator"), LATER, erasure)
    assert seen.joined == (reference(authority=world, case=joined),)
    decides(world, erasure)
    assert (faults(world), left_of(world, case, joined), planted(world)) == ([], [], [])
    with world.database.read() as connection:
        assert connection.scalars(select(Case.id).where(Case.erased_at.is_(None))).all() == []
        assert connection.scalars(select(Person.given_name).distinct()).all() == [""]
        assert connection.scalars(select(PersonKey.key)).all() == []


def joined_and_closed(at: Authority) -> tuple[str, str]:
    """A case that was joined to another one of the same child, and that one, which is closed."""
    case = refer(authority=at, children=[child()]).cases[0]
    joined = refer(authority=at, children=[child()], now=MONDAY + HOUR).cases[0]
    same(at, joined, case)
    finish(at, case)
    return joined, case


def test_what_is_removed_is_written_over_in_the_file_of_sqlite(world: Authority) -> None:
    if world.database.url.get_backend_name() == "sqlite":
        with world.database.read() as connection:
            assert connection.scalar(text("PRAGMA secure_delete")) == 1


def test_whoever_is_barred_from_a_child_that_may_be_another_stays_barred_from_that_one(world: Authority) -> None:
    """Nobody has said whether it is, and after the erasure nobody can."""
    case, other = closed(world), case_at(authority=world)
    pair = or_(*(PossibleMatch.person_id.in_(select(Case.person_id).where(Case.id == one)) for one in (case, other)))
    run(world, update(PossibleMatch).where(pair).values(answer=None))
    bars(world, case)
    barred = world.actor("social_worker", number=2)
    known = select(Case.id).where(Case.id == other, knows(barred))
    with world.database.read() as connection:
        assert connection.scalar(known) is None
    erases(world, case)
    with world.database.read() as connection:
        assert connection.scalar(known) is None


def test_nobody_asks_for_what_is_held_by_a_case_that_was_erased(world: Authority) -> None:
    case = closed(world)
    erases(world, case)
    with pytest.raises(BadAnswers):
        asks_what_is_held(world, case)
    assert left_of(world, case) == []


def test_a_child_whom_another_case_names_keeps_the_name_there_and_is_found_by_that_one(world: Authority) -> None:
    """The later case says that its child is that of the earlier one, and can be done again without it."""
    earlier = closed(world)
    later = refer(authority=world, children=[child()], now=MONDAY + DAY).cases[0]
    same(world, later, earlier)
    erases(world, earlier)
    assert (faults(world), left_of(world, earlier, later), planted(world)) == ([], [], [])
    with world.database.read() as connection:
        named = select(Person.given_name).join(Case, Case.person_id == Person.id).where(Case.id == earlier)
        assert connection.scalar(named) == "Ada"
        keys = select(PersonKey.person_id).join(Case, Case.person_id == PersonKey.person_id)
        assert connection.scalars(keys.where(Case.id == earlier)).all() == []


def test_whoever_asked_for_a_part_in_it_is_erased_with_it(world: Authority) -> None:
    """What was typed of the child stands in the chain of the authority."""
    case = case_at(authority=world)
    request = asks(world)
    gives_part(world, request, case)
    other = asks(world)
    finish(world, case)
    erases(world, case)
    assert (faults(world), left_of(world, case), planted(world)) == ([], [], [])
    with world.database.read() as connection:
        told = lines(connection, authority_chain(world.id), ("part_asked_for", "part_request_decided"))
        assert [one.erased for one in told] == [True, True, False]
        assert (told[-1].payload or {})["request"] == other


def test_what_was_said_to_be_wrong_and_given_to_the_child_is_erased_with_it(world: Authority) -> None:
    case, later = closed(world), refer(authority=world, children=[child()], now=MONDAY + DAY).cases[0]
    give: Any = CALLS_OF_SUBJECT["note_dispute"](world, case)
    give()
    same(world, later, case)
    here, of_later = asks_what_is_held(world, case), asks_what_is_held(world, later)
    for request in (here, of_later):
        decides_items(world, request, lambda _item: WITHHELD)
    with pytest.raises(NotPossible):
        erases(world, case)
    for request in (here, of_later):
        said = {"outcome": "withdrawn", "reason": "They have changed their mind."}
        close_subject_request(world.database, world.actor("privacy_officer"), MONDAY, request, said)
    erases(world, case)
    assert (faults(world), left_of(world, case, later), planted(world)) == ([], [], [])
    with world.database.read() as connection:
        assert connection.scalars(select(SubjectRequest.id)).all() == [of_later]
        assert connection.scalars(select(DisputeNote.id)).all() == []
        told = lines(connection, authority_chain(world.id), ("subject_access_asked", "subject_items_decided"))
        assert {one.erased for one in told} == {True, False}
