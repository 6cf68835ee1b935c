"""What else a page shows a part of, with how many there are in all: what was set aside, who has what, the processes of
a replay, alarms and their letters.
"""

from collections.abc import Callable

import pytest
from sqlalchemy import select, update

from engine.reads import list_page
from engine.reads.audit import replay
from engine.reads.authority.people import ChildView
from engine.reads.list_page import OVERVIEW
from engine.reads.lists import team_page
from engine.reads.lists.alarm_list import AlarmRow, Told, alarms
from engine.reads.lists.team_page import team
from engine.record.chain import NewEntry, append, case_chain
from engine.tables import Instance
from tests.builders import MONDAY, Authority, case_at, child, refer
from tests.engine.commands.pathway import begin
from tests.statements import counted
from tests.webapp.test_team import section
from tests.webapp.visitor import Visitor

As = Callable[..., Visitor]


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(list_page, "FEW", 2)
    monkeypatch.setattr(list_page, "PAGE", 3)


def test_what_was_set_aside_in_a_case_is_shown_in_part(as_a: As, world: Authority) -> None:
    case = case_at(authority=world)
    for _ in range(4):
        begin(authority=world, case=case, process="professional_disagreement", by=world.actor("social_worker"))
    with world.database.transaction() as connection:
        runs = select(Instance.id).where(Instance.process == "professional_disagreement").order_by(Instance.number)
        facts = [NewEntry("stuck", instance=one, payload={"what": "Why"}) for one in connection.scalars(runs).all()]
        connection.execute(
            update(Instance).where(Instance.process == "professional_disagreement").values(status="stuck")
        )
        append(connection, case_chain(case), "system", MONDAY, facts)
    manager = as_a("team_manager")
    page = manager.get(f"/cases/{case}")
    assert page.text.count("Something is wrong with this process") == 2
    page = manager.get(page.link("Show all 4 processes that cannot go on"))
    assert page.text.count("Something is wrong with this process") == 3
    assert "Page 1 of 2" in page.text
    assert "Show all 4" not in as_a("social_worker").get(f"/cases/{case}").text


def test_who_has_what_is_shown_in_part_those_first_who_have_something(as_a: As, world: Authority) -> None:
    case_at(authority=world, point="assessing")
    manager = as_a("team_manager")
    page = manager.get("/team")
    people = section(page, "people")
    assert people.startswith("Who has what (")
    assert "Social worker 1 social worker Leads one case" in people
    with world.database.read() as connection:
        total = team(connection, world.actor("team_manager"), MONDAY).people.total or 0
    assert total > 3
    page = manager.get(page.link(f"Show all {total}"))
    assert f"Page 1 of {-(-total // 3)}" in section(page, "people")
    last = section(manager.get(f"/team?list=people&page={-(-total // 3)}"), "people")
    assert "No case and no task:" in last
    assert "Nobody leads a case" not in last


def test_the_choice_of_a_process_is_bounded_and_each_leads_to_its_steps(
    as_a: As, world: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replay, "PAGE", 2)
    case = case_at(authority=world)
    for _ in range(2):
        begin(authority=world, case=case, process="professional_disagreement", by=world.actor("social_worker"))
    auditor = as_a("auditor")
    page = auditor.get(f"/cases/{case}/replay")
    assert len(page.tree.xpath("//select[@id='process']/option")) == 3
    assert "2 of 3 stand here." in page.text
    steps = auditor.get(page.link("list of all processes")).tree.xpath("//a[starts-with(., 'Only its steps')]/@href")
    chosen = auditor.get(steps[-1])
    (option,) = chosen.tree.xpath("//select[@id='process']/option[@selected]")
    assert option.text_content().endswith("(2)")


def test_alarms_are_counted_over_the_whole_and_few_are_read(world: Authority) -> None:
    refer(authority=world, children=[child(given_name=name) for name in ("A", "B", "C")], immediate_danger="yes")
    with counted(world.database) as statements, world.database.read() as connection:
        found = alarms(connection, world.actor("team_manager"), MONDAY, OVERVIEW)
    assert (len(found.rows), found.total) == (2, 3)
    assert any("FROM alarm" in one and "LIMIT" in one for one in statements)


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("managers", "5 letters, of which 4 have left"),
        ("first", "5 letters to those first on duty, of which 4 have left"),
    ],
)
def test_many_letters_are_said_by_whom_they_are_for(
    as_a: As, world: Authority, monkeypatch: pytest.MonkeyPatch, place: str, said: str
) -> None:
    """To the managers, or to the whole team where nobody was on duty: the page does not say which of the two."""
    told = tuple(Told(f"Person {number}", place, "handed_over" if number else "waiting", MONDAY) for number in range(5))
    ada = ChildView("", "Ada", "", None, None)
    row = AlarmRow("a", case_at(authority=world), "R", ada, MONDAY, told, (), nobody_left=False)

    def only_this(*_given: object) -> list_page.ListPart[AlarmRow]:
        return list_page.ListPart((row,), 1)

    monkeypatch.setattr(team_page, "alarms", only_this)
    assert said in section(as_a("team_manager").get("/team"), "alarms")
