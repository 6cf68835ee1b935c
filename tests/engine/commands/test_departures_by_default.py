"""Whether somebody may proceed differently at a task whose form says nothing about it."""

from dataclasses import replace

from engine.facts.departure_forms import JUDGES, takes_manager, why_never_there
from engine.forms.departure_rules import DEPARTURES, HOWS
from engine.process.bundle import Model
from tests.builders import shipped_model


def silent(model: Model) -> Model:
    """Without a word of any form about departures."""
    forms = {path: {key: said for key, said in form.items() if key != DEPARTURES} for path, form in model.forms.items()}
    return replace(model, forms=forms)


def test_where_a_form_says_nothing_a_manager_agrees_and_who_judges_others_is_never_passed_over() -> None:
    """Else a task that is moved to a manager in the studio, or brought in from elsewhere, could be left out by one."""
    said, unsaid = shipped_model(), silent(shipped_model())
    at = {
        (process, task.id): task
        for process, drawing in said.drawings.items()
        for task in drawing.elements.values()
        if task.kind == "userTask"
    }
    managed = [place for place, task in at.items() if task.lane in said.roles_with("manages_team")]
    judging = [place for place, task in at.items() if "not_by" in task.properties]
    others = [place for place in at if place not in managed]
    assert (len(managed) > 10, len(judging) > 2) == (True, True)
    for how in HOWS:
        assert all(takes_manager(unsaid, *place, how) for place in managed)
        assert not any(takes_manager(unsaid, *place, how) for place in others)
        assert {why_never_there(unsaid, *place, how) for place in judging} == {JUDGES}
        assert not any(why_never_there(unsaid, *place, how) for place in at if place not in judging)
        assert all(why_never_there(said, *place, how) for place in judging)
