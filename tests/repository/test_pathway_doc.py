"""docs/pathway.md is what the drawings, forms and tables say; every duty is fulfilled, and every name in it exists."""

from dataclasses import replace

from engine.facts.duties import NOW, fulfilled
from tests.builders import shipped_model
from tests.repository.tools import ROOT
from webapp.cli.pathway_page import page

DUTIES = tuple(shipped_model().duties.values())


def test_the_page_is_what_the_models_say() -> None:
    written = (ROOT / "docs" / "pathway.md").read_text(encoding="utf-8")
    assert written == page(shipped_model(), DUTIES), "docs/pathway.md is stale: run `make docs`"


def test_every_duty_is_fulfilled_somewhere() -> None:
    places = fulfilled(shipped_model())
    missing = [f"{duty.id}: {duty.duty}" for duty in DUTIES if duty.delivered == NOW and duty.id not in places]
    assert missing == []


def test_what_comes_later_is_not_said_to_be_fulfilled() -> None:
    places = fulfilled(shipped_model())
    assert [duty.id for duty in DUTIES if duty.delivered != NOW and duty.id in places] == []


def test_every_duty_that_is_named_exists() -> None:
    assert set(fulfilled(shipped_model())) - {duty.id for duty in DUTIES} == set()


def test_every_clock_of_a_duty_exists() -> None:
    assert {duty.clock for duty in DUTIES if duty.clock} - set(shipped_model().rules) == set()


def test_every_process_of_a_duty_exists() -> None:
    named = {duty.process for duty in DUTIES if duty.delivered == NOW}
    assert named - set(shipped_model().drawings) == set()


def test_a_duty_that_nothing_fulfils_is_found() -> None:
    """A planted one: the page then says nothing where the place would stand."""
    planted = replace(DUTIES[0], id="X-99", duty="Nobody does this")
    assert "X-99" not in fulfilled(shipped_model())
    assert '| <a id="x-99"></a>X-99 | Nobody does this |  |  |  |' in page(shipped_model(), [planted])


def test_a_form_is_found_by_its_questions_and_by_the_items_of_its_lists() -> None:
    model = shipped_model()
    item = {"type": "object", "properties": {"name": {"type": "string", "x-duty": ["R-01"]}}}
    planted = {
        "x-duty": "R-02",
        "properties": {"children": {"items": item}, "reason": {"x-duty": "R-03 R-04"}},
    }
    places = fulfilled(replace(model, drawings={}, forms={"forms/referral/planted.json": planted}))
    assert {duty: [place.field for place in of_it] for duty, of_it in places.items()} == {
        "R-01": ["children.name"],
        "R-02": [""],
        "R-03": ["reason"],
        "R-04": ["reason"],
    }
