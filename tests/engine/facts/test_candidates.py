"""Who may chair a conference, and who may be said to take part: exactly those whom the guidance means."""

from collections.abc import Mapping
from itertools import product
from typing import Any, NamedTuple

import pytest
from sqlalchemy import Connection, insert, update

from engine.base.database import Database
from engine.base.errors import BadAnswers
from engine.base.identifiers import new_id
from engine.base.subject import Subject
from engine.facts.candidates import Asking, candidates, independent_chairs
from engine.facts.matching import Matches
from engine.facts.models import in_force
from engine.forms import questions
from engine.process.bundle import Model
from engine.tables import Account, Answers, Membership
from tests.builders import (
    DAY,
    HERE,
    MONDAY,
    SYSTEM_HERE,
    Authority,
    authority,
    do,
    membership,
    new_account,
    open_items,
    shipped,
)
from tests.engine.commands.pathway import accepted, called, enquire, in_enquiry

LINE = ("social_worker", "team_manager", "service_manager")


class Person(NamedTuple):
    """Everything that decides whether somebody may chair: each is tried with each of the others."""

    chairs: str  # where: here, elsewhere, no longer, nowhere
    line: str  # a role that works on, manages or supervises cases
    line_held: bool  # ... still
    worked: str  # what they did in this case
    disabled: bool

    @property
    def name(self) -> str:
        held = "now" if self.line_held else "before"
        return "-".join((self.chairs, self.line or "none", held, self.worked or "nothing", str(self.disabled)))

    @property
    def is_independent(self) -> bool:
        """As the guidance says it, in other words than the query's."""
        in_line = bool(self.line) and self.line_held
        return self.chairs == "here" and not in_line and self.worked != "see_child" and not self.disabled


PEOPLE = [
    Person(*each)
    for each in product(
        ("here", "elsewhere", "no longer", "nowhere"),
        ("", *LINE),
        (True, False),
        ("", "see_child", "hold_conference", "meet_family", "bring_forward_review"),
        (True, False),
    )
]


@pytest.fixture
def world(database: Database) -> Authority:
    return authority(database=database)


def held_by(person: Person) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    over: dict[str, Any] = {"held_until": MONDAY - DAY}
    if person.chairs != "nowhere":
        team = "other_team" if person.chairs == "elsewhere" else "duty_team"
        until: dict[str, Any] = over if person.chairs == "no longer" else {}
        rows.append(membership(account=person.name, role="conference_chair", agency="social_care", team=team, **until))
    if person.line:
        until: dict[str, Any] = {} if person.line_held else over
        rows.append(membership(account=person.name, role=person.line, agency="social_care", **until))
    return rows


def done_by(person: Person, case: str, instance: str, number: int) -> dict[str, Any]:
    chaired = {"hold_conference": "initial_conference", "meet_family": "initial_conference"}
    process = "review_conference" if person.worked == "bring_forward_review" else chaired.get(person.worked)
    row = {"id": new_id(), "case_id": case, "instance_id": instance, "occurrence": number}
    row |= {"process": process or "assessment"}
    return {**row, "element": person.worked, "answers": {}, "at": MONDAY, "account_id": person.name}


def test_a_chair_is_offered_exactly_where_nothing_ties_them_to_the_case(world: Authority) -> None:
    case = in_enquiry(authority=world)
    instance = next(iter(open_items(database=world.database, case=case).values())).instance_id
    for person in PEOPLE:
        new_account(database=world.database, account=person.name)
    with world.database.transaction() as connection:
        connection.execute(insert(Membership), [row for person in PEOPLE for row in held_by(person)])
        worked = [done_by(each, case, instance, number) for number, each in enumerate(PEOPLE) if each.worked]
        connection.execute(insert(Answers), worked)
        gone = [person.name for person in PEOPLE if person.disabled]
        connection.execute(update(Account).where(Account.id.in_(gone)).values(disabled_at=MONDAY))
        offered = independent_chairs(
            connection, in_force(connection, HERE), Subject("initial_conference", "appoint_chair", case), MONDAY
        )
    expected = {person.name for person in PEOPLE if person.is_independent}
    assert {choice.value for choice in offered} - {"conference_chair.1", "conference_chair.2"} == expected
    assert len(offered) == len({choice.value for choice in offered})


@pytest.mark.parametrize("somebody", ["social_worker.1", "team_manager.2", "service_manager.1", "nobody"])
def test_anybody_else_is_refused_beside_the_question(world: Authority, somebody: str) -> None:
    case = in_enquiry(authority=world)
    enquire(authority=world, case=case, conference="yes")
    do(authority=world, case=case, task="arrange_conference", invited=["police"])
    with pytest.raises(BadAnswers) as refused:
        do(authority=world, case=case, task="appoint_chair", chair=somebody)
    assert list(refused.value.problems) == ["chair"]


def test_the_one_who_chaired_may_chair_again(world: Authority) -> None:
    """The same chair leads the reviews where possible: chairing is not working on the case."""
    case = called(authority=world)
    chair = world.actor("conference_chair")
    for task in ("meet_family", "hold_conference"):
        answers: dict[str, Any] = (
            {"took_part": ["police", "health"], "decision": "plan"} if task == "hold_conference" else {}
        )
        do(authority=world, case=case, task=task, by=chair, **answers)
    with world.database.read() as connection:
        offered = independent_chairs(
            connection, in_force(connection, HERE), Subject("review_conference", "appoint_chair", case), MONDAY
        )
    assert "conference_chair.1" in {choice.value for choice in offered}


CHAIRING = '          <spiffworkflow:property name="as_chair" value="yes" />\n'


@pytest.mark.parametrize(("silent", "independent"), [((), True), (("meet_family",), False)])
def test_what_counts_as_chairing_is_said_of_the_task_and_not_of_its_lane(
    database: Database, silent: tuple[str, ...], independent: bool
) -> None:
    """Both tasks are in the lane of the chair: one of them counts as work on the case where its drawing says so."""
    drawing = "processes/initial_conference/initial_conference.bpmn"
    drawn = shipped()[drawing].decode()
    assert drawn.count(CHAIRING) == 2
    for task in silent:
        before, opens, after = drawn.partition(f'<bpmn:userTask id="{task}"')
        inside, closes, rest = after.partition("</bpmn:userTask>")
        assert CHAIRING in inside
        drawn = before + opens + inside.replace(CHAIRING, "") + closes + rest
    world = authority(database=database, files={**shipped(), drawing: drawn.encode()})
    case = called(authority=world)
    do(authority=world, case=case, task="meet_family", by=world.actor("conference_chair"))
    with database.read() as connection:
        subject = Subject("initial_conference", "appoint_chair", case)
        offered = independent_chairs(connection, in_force(connection, HERE), subject, MONDAY)
    assert ("conference_chair.1" in {choice.value for choice in offered}) is independent


def asking(connection: Connection, model: Model, subject: Subject) -> Asking:
    return Asking(connection, SYSTEM_HERE, model, subject, MONDAY, {}, Matches)


def offered_in(world: Authority, case: str, process: str, task: str) -> Mapping[str, set[str]]:
    with world.database.read() as connection:
        found = candidates(asking(connection, in_force(connection, HERE), Subject(process, task, case)))
    return {field: {choice.value for choice in choices} for field, choices in found.items()}


def asked_in(world: Authority, case: str, process: str, task: str, field: str) -> set[str]:
    """What the form offers in a field: from the case, and from itself."""
    with world.database.read() as connection:
        model = in_force(connection, HERE)
        found = candidates(asking(connection, model, Subject(process, task, case)))
    asked = questions(model.form(process, task) or {}, frozenset(), found)
    return {choice.value for one in asked if one.id == field for choice in one.choices}


def test_who_takes_part_in_a_strategy_discussion(world: Authority) -> None:
    case = accepted(authority=world, response="strategy_discussion")
    offered = offered_in(world, case, "strategy_discussion", "hold_strategy_discussion")
    assert offered["took_part"] >= {"social_worker", "team_manager", "police", "voluntary"}
    assert "social_care" not in offered["took_part"] | offered["agencies"]
    assert not {"social_worker", "team_manager", "referring_agency"} & offered["agencies"]
    assert "referring_agency" in asked_in(world, case, "strategy_discussion", "hold_strategy_discussion", "took_part")
    convening = offered_in(world, case, "strategy_discussion", "convene_strategy_discussion")
    assert convening["invited"] == offered["took_part"]


def test_who_is_invited_to_a_conference_and_who_takes_part(world: Authority) -> None:
    """The same: each agency among them is asked for a report, and social care's own people are not."""
    case = accepted(authority=world)
    arranging = offered_in(world, case, "initial_conference", "arrange_conference")
    assert arranging["invited"] == arranging["agencies"] | {"social_worker", "team_manager"}
    holding = offered_in(world, case, "initial_conference", "hold_conference")
    assert holding["took_part"] == arranging["invited"]


def test_only_agencies_among_those_invited_are_asked_for_a_report(world: Authority) -> None:
    case = in_enquiry(authority=world)
    enquire(authority=world, case=case, conference="yes")
    do(authority=world, case=case, task="arrange_conference", invited=["social_worker", "team_manager", "police"])
    do(authority=world, case=case, task="appoint_chair")
    reports = [name for name in open_items(database=world.database, case=case) if name.startswith("write_agency")]
    assert reports == ["write_agency_report(police)"]


@pytest.mark.parametrize("invited", [["social_care"], ["army"], ["referring_agency"]])
def test_nobody_else_is_invited_to_a_conference(world: Authority, invited: list[str]) -> None:
    case = in_enquiry(authority=world)
    enquire(authority=world, case=case, conference="yes")
    with pytest.raises(BadAnswers) as refused:
        do(authority=world, case=case, task="arrange_conference", invited=invited)
    assert {field.partition(".")[0] for field in refused.value.problems} == {"invited"}
