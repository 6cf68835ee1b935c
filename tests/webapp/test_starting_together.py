"""One page on which a process begins for several children: for all who were chosen, and nobody else, or for none."""

from collections.abc import Callable
from urllib.parse import urlencode

from sqlalchemy import select

from engine.commands.drafts import save_draft
from engine.process.bundle import START
from engine.tables import Answers, Draft
from tests.builders import MONDAY, Authority
from tests.engine.commands.calls_of_keeping import bars, restricts
from tests.webapp.test_families import House, house, ticks
from tests.webapp.visitor import Visitor

As = Callable[..., Visitor]
PROCESS = "strategy_discussion"


def address(family: House, *others: str) -> str:
    """Of the page that is opened from Ada's case."""
    chosen = urlencode([("child", family.cases[name]) for name in others])
    return f"/cases/{family.cases['Ada']}/start/{PROCESS}/children?{chosen}"


def typed(family: House, **each: str) -> dict[str, str]:
    return {f"{family.cases[name]}.concern": said for name, said in each.items()}


def begun(family: House) -> dict[str, str]:
    """By child, what was answered as it began."""
    names = {case: name for name, case in family.cases.items()}
    with family.world.database.read() as connection:
        began = (Answers.process == PROCESS, Answers.element == START)
        rows = connection.execute(select(Answers.case_id, Answers.answers).where(*began))
        return {names[row.case_id]: row.answers["concern"] for row in rows}


def test_it_begins_for_those_who_were_chosen_each_with_an_answer_of_its_own(as_a: As, world: Authority) -> None:
    family, visitor = house(world), as_a("social_worker")
    page = visitor.get(f"/cases/{family.cases['Ada']}/start/{PROCESS}")
    assert ticks(page) == [(family.cases["Ben"], None), (family.cases["Cal"], None)]
    page = visitor.get(address(family, "Ben"))
    assert "started for 1 more of the family" in page.text
    done = visitor.send(page, typed(family, Ada="She is left alone.", Ben="He is hungry."))
    assert done.path == f"/cases/{family.cases['Ada']}/family"
    assert "is started for 2 children" in done.text
    assert begun(family) == {"Ada": "She is left alone.", "Ben": "He is hungry."}


def test_what_is_missing_for_one_is_said_with_the_name_and_it_begins_for_none(as_a: As, world: Authority) -> None:
    family, visitor = house(world), as_a("social_worker")
    page = visitor.get(f"/cases/{family.cases['Ada']}/start/{PROCESS}/children?all=yes")
    again = visitor.send(page, typed(family, Ada="She is left alone.", Cal="He is thin."), status=400)
    (error,) = again.errors
    assert error.startswith("Ben Example: ")
    assert again.link(error) == f"#{family.cases['Ben']}-concern"
    assert again.value(f"{family.cases['Cal']}.concern") == "He is thin."
    assert begun(family) == {}
    filled = visitor.send(again, {"do": "same"}, status=200)
    assert filled.value(f"{family.cases['Ben']}.concern") == "She is left alone."
    visitor.send(filled, {})
    assert {*begun(family)} == {"Ada", "Ben", "Cal"}


def test_what_was_typed_for_one_alone_is_taken_along_and_kept_for_each(as_a: As, world: Authority) -> None:
    family, visitor, worker = house(world), as_a("social_worker"), world.actor("social_worker")
    kept = f"start:{PROCESS}:{family.cases['Ben']}"
    save_draft(world.database, worker, MONDAY, kept, {"concern": ["Kept for him"]})
    page = visitor.get(f"/cases/{family.cases['Ada']}/start/{PROCESS}")
    assert "you have typed answers and not sent them" in page.text
    page = visitor.get(address(family, "Ben"))
    assert page.value(f"{family.cases['Ben']}.concern") == "Kept for him"
    page = visitor.send(page, {**typed(family, Ada="And for her"), "do": "save"})
    assert visitor.get(f"/cases/{family.cases['Ada']}/start/{PROCESS}").value("concern") == "And for her"
    visitor.send(page, {})
    assert begun(family) == {"Ada": "And for her", "Ben": "Kept for him"}
    with world.database.read() as connection:
        assert connection.scalars(select(Draft.subject)).all() == []


def test_who_may_not_be_known_is_not_offered_and_an_address_does_not_let_them_in(as_a: As, world: Authority) -> None:
    """From Ben's case a bar keeps the worker, and Cal's is restricted to others: both are as if they were not there."""
    family, visitor = house(world), as_a("social_worker")
    before = visitor.get(address(family, "Ben", "Cal"))
    third = visitor.get(address(family, "Ben", "Cal"))
    bars(world, family.cases["Ben"], "social_worker.1@example.org")
    visitor.send(third, typed(family, Ada="Hers", Ben="His", Cal="Kept behind him"), status=400)
    assert visitor.get(f"/cases/{family.cases['Cal']}/start/{PROCESS}").value("concern") == "Kept behind him"
    page = visitor.get(f"/cases/{family.cases['Ada']}/start/{PROCESS}")
    assert ticks(page) == [(family.cases["Cal"], None)]
    restricts(world, family.cases["Cal"], "social_worker.2")
    assert ticks(visitor.get(f"/cases/{family.cases['Ada']}/start/{PROCESS}")) == []
    page = visitor.get(address(family, "Ben", "Cal"))
    assert ("Ben Example" in page.text, "Cal Example" in page.text) == (False, False)
    refused = visitor.send(before, typed(family, Ada="She is alone.", Ben="He is too."), status=400)
    assert "It can no longer be started for all whom you chose." in refused.errors[0]
    assert ("Ben Example" in refused.text, "Cal Example" in refused.text, begun(family)) == (False, False, {})
