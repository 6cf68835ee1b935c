"""Every duty of the guidance before and in a draft: what is lost stands first, and nothing is left out."""

import json
from collections.abc import Callable, Iterator
from typing import Any

from engine.commands.saving_changes import save_file, start_change
from engine.lint.comparisons import values_compared
from tests.builders import MONDAY, Authority, shipped, shipped_model
from tests.webapp.visitor import Page, Visitor

As = Callable[..., Visitor]
JUDGED = sorted((path, duty) for path, form in shipped_model().forms.items() for duty in form.get("x-duty-when", {}))
ONCE = [(path, duty) for path, duty in JUDGED if sum(each == duty for _, each in JUDGED) == 1]


def table(page: Page, turn: str) -> list[list[str]]:
    rows = page.tree.xpath(f"//table[caption[@id='{turn}']]/tbody/tr")
    return [[" ".join(cell.text_content().split()) for cell in row] for row in rows]


def forms_of_draft() -> tuple[dict[str, Any], list[str]]:
    """One duty is lost, one moves to the form of the next, one is said otherwise; with these three."""
    (lost_at, lost), (moved_at, moved), (other_at, other) = (
        next(one for one in ONCE if one[0].startswith(f"forms/{process}/"))
        for process in ("assessment", "initial_conference", "referral")
    )
    forms = {path: json.loads(shipped()[path]) for path in (lost_at, moved_at, other_at)}
    forms[lost_at]["x-duty-when"][moved] = forms[lost_at]["x-duty-when"].pop(lost)
    del forms[moved_at]["x-duty-when"][moved]
    forms[other_at]["x-duty-when"][other] = f"not ({forms[other_at]['x-duty-when'][other]})"
    return forms, [lost, moved, other]


def test_what_is_lost_moved_and_otherwise_stands_before_the_rest(world: Authority, as_a: As) -> None:
    owner = world.actor("process_owner")
    change = start_change(world.database, owner, MONDAY, "Fewer questions", "The council agreed")
    visitor = as_a("pathway_approver")
    page = visitor.get(visitor.get(f"/studio/changes/{change}").link("Duties of the guidance"))
    duties = shipped_model().duties
    judged = {duty for _, duty in JUDGED}
    assert "No duty is lost." in page.text
    assert len(table(page, "kept")) == len(judged)
    assert len(table(page, "nowhere")) == len(duties.keys() - judged)
    forms, turned = forms_of_draft()
    for path, form in forms.items():
        save_file(world.database, owner, MONDAY, change, path, json.dumps(form).encode(), 0)
    page = visitor.get(f"/studio/changes/{change}/guidance")
    captions = page.tree.xpath("//caption/@id")
    assert captions[:3] == ["lost", "moved", "other"]
    found = [table(page, turn) for turn in captions[:3]]
    for [row], duty in zip(found, turned, strict=True):
        assert row[0].startswith(duties[duty].duty)
    assert found[0][0][2] == "In this draft: No step says so"
    assert "done where" in found[0][0][1]
    assert found[1][0][1].split(":")[1] != found[1][0][2].split(":")[1]
    assert found[2][0][1].split(":")[1] == found[2][0][2].split(":")[1]
    assert len(table(page, "kept")) == len(judged) - 3
    save_file(world.database, owner, MONDAY, change, "processes/roles.toml", b"[", 0)
    assert "cannot be read as a whole" in visitor.get(f"/studio/changes/{change}/guidance").text
    visitor.get(f"/studio/changes/{change}/pictures/referral", status=409)
    as_a("social_worker").get(f"/studio/changes/{change}/guidance", status=403)


def hanging_on_choices() -> Iterator[tuple[str, str, str, str]]:
    """Forms and duties with the question and the one choice of it that the duty needs."""
    for path, duty in ONCE:
        form = shipped_model().forms[path]
        for name, value in values_compared(form["x-duty-when"][duty]):
            if len(form.get("properties", {}).get(name, {}).get("oneOf", ())) > 2:
                yield path, duty, name, value


def test_a_duty_that_hangs_on_what_is_gone_is_as_good_as_lost(world: Authority, as_a: As) -> None:
    """A question, a choice, and the step itself: each by itself, and no word that none is lost."""
    owner, visitor = world.actor("process_owner"), as_a("pathway_approver")
    path, duty, question, value = next(hanging_on_choices())
    form = json.loads(shipped()[path])
    without = {**form, "properties": {name: one for name, one in form["properties"].items() if name != question}}
    asked = form["properties"][question]
    fewer = {**asked, "oneOf": [one for one in asked["oneOf"] if one["const"] != value]}
    less = {**form, "properties": {**form["properties"], question: fewer}}
    nobody = path.replace(".json", "_of_nobody.json")
    for files, said in (
        ({path: json.dumps(without).encode()}, f"No question of this form is called {question}."),
        ({path: json.dumps(less).encode()}, f'is never "{value}"'),
        ({path: None, nobody: shipped()[path]}, "No step of the drawing asks this form."),
    ):
        draft = {place: content for place, content in {**shipped(), **files}.items() if content is not None}
        change = start_change(world.database, owner, MONDAY, "Fewer questions", "The council agreed", draft)
        page = visitor.get(f"/studio/changes/{change}/guidance")
        rows = {row[0]: row[2] for row in table(page, "untold")}
        told = next(now for name, now in rows.items() if name.startswith(shipped_model().duties[duty].duty))
        assert "This can never be told" in told
        assert said in told
        assert "No duty is lost." not in page.text
        assert "it can never be told whether" in page.text
