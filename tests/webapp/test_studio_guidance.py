"""Every duty of the guidance before and in a draft: what is lost stands first, and nothing is left out."""

import json
from collections.abc import Callable
from typing import Any

from engine.commands.saving_changes import save_file, start_change
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
    del forms[lost_at]["x-duty-when"][lost]
    forms[lost_at]["x-duty-when"][moved] = "1 == 1"
    del forms[moved_at]["x-duty-when"][moved]
    forms[other_at]["x-duty-when"][other] = "1 == 2"
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
