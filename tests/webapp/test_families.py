"""One page for several children: nobody is meant who was not chosen, and each answer lands with its own child."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import select

from engine.commands.assigning_tasks import give_task
from engine.commands.cases import claim, complete_task
from engine.commands.drafts import save_draft
from engine.tables import Answers, Draft
from tests.builders import (
    DAY,
    MONDAY,
    WAYS,
    Authority,
    account,
    answers_to,
    case_at,
    child,
    do,
    open_items,
    refer,
)
from tests.engine.commands.calls_of_keeping import bars, restricts
from tests.engine.commands.calls_of_sharing import wishes
from tests.protecting import begin
from tests.webapp.visitor import Page, Visitor

As = Callable[..., Visitor]
NAMES = ("Ada", "Ben", "Cal")


@dataclass(frozen=True)
class House:
    """A family of three, whose cases are called by their names, and the task of each."""

    world: Authority
    cases: Mapping[str, str]

    def item(self, name: str, task: str = "decide_response") -> str:
        return open_items(database=self.world.database, case=self.cases[name])[task].id

    def address(self, *others: str, task: str = "decide_response") -> str:
        """Of the page that is opened from Ada's task."""
        chosen = urlencode([("child", self.item(name, task)) for name in others])
        return f"/tasks/{self.item('Ada', task)}/children?{chosen}"

    def typed(self, **each: Mapping[str, str]) -> dict[str, str]:
        return {f"{self.item(name)}.{field}": said for name, own in each.items() for field, said in own.items()}

    def said(self, name: str, field: str = "response") -> object:
        where = (Answers.case_id == self.cases[name], Answers.element == "decide_response")
        with self.world.database.read() as connection:
            return next((one[field] for one in connection.scalars(select(Answers.answers).where(*where))), None)


def house(world: Authority) -> House:
    children = [child(given_name=name, born=f"201{number}-06-03") for number, name in enumerate(NAMES)]
    return House(world, dict(zip(NAMES, refer(authority=world, children=children).cases, strict=True)))


def ticks(page: Page) -> list[tuple[str, str | None]]:
    found = page.tree.xpath("//section[@id='children']//input[@type='checkbox']")
    return [(one.get("value"), one.get("checked")) for one in found]


HERS: dict[str, Any] = {"response": "assessment", "reason": "Hers"}
HIS: dict[str, Any] = {"response": "early_help", "reason": "His"}
ONCE = {"before_clarifying_reason": "We know them all."}


def test_each_answer_lands_with_its_child_and_nobody_is_ticked_beforehand(as_a: As, world: Authority) -> None:
    family, visitor = house(world), as_a("social_worker")
    page = visitor.get(f"/tasks/{family.item('Ada')}")
    assert ticks(page) == [(family.item("Ben"), None), (family.item("Cal"), None)]
    page = visitor.get(family.address("Ben"))
    done = visitor.send(page, {**family.typed(Ada=HERS, Ben=HIS), **ONCE})
    assert done.path == f"/cases/{family.cases['Ada']}/family"
    assert "is done for 2 children" in done.text
    assert [family.said(name) for name in NAMES] == ["assessment", "early_help", None]
    assert [family.said(name, "reason") for name in NAMES] == ["Hers", "His", None]
    assert [family.said(name, "before_clarifying_reason") for name in NAMES[:2]] == [*ONCE.values()] * 2


def test_what_is_missing_for_one_is_said_with_the_name_and_nothing_is_lost(as_a: As, world: Authority) -> None:
    family, visitor = house(world), as_a("social_worker")
    page = visitor.get(family.address("Ben"))
    again = visitor.send(page, family.typed(Ada=HERS, Ben={"response": "early_help"}), status=400)
    assert again.errors == [
        "Answer the question “Why are you deciding before the concerns have been clarified?”",
        "Ben Example: Answer the question “What are your reasons?”",
    ]
    assert again.link(again.errors[1]) == f"#{family.item('Ben')}-reason"
    assert again.value(f"{family.item('Ada')}.reason") == "Hers"
    assert family.said("Ada") is None


def test_the_same_for_the_others_is_filled_in_only_when_it_is_asked_for(as_a: As, world: Authority) -> None:
    family, visitor = house(world), as_a("social_worker")
    page = visitor.get(family.address("Ben", "Cal"))
    typed = family.typed(Ada=HERS, Cal={"reason": "Other than hers"})
    assert "Nothing was filled in" in visitor.send(page, {"do": "same"}, status=200).text
    page = visitor.send(page, {**typed, "do": "same"}, status=200)
    assert "It is filled in for the others where nothing was, and not sent yet." in page.text
    assert page.value(f"{family.item('Ben')}.reason") == "Hers"
    assert page.value(f"{family.item('Cal')}.reason") == "Other than hers"
    assert family.said("Ada") is None


def test_the_drafts_of_the_single_tasks_are_offered_and_kept_as_such(as_a: As, world: Authority) -> None:
    family, visitor = house(world), as_a("social_worker")
    worker = world.actor("social_worker")
    save_draft(world.database, worker, MONDAY, family.item("Ben"), {"reason": ["Kept for him"]})
    page = visitor.get(family.address("Ben"))
    assert page.value(f"{family.item('Ben')}.reason") == "Kept for him"
    visitor.send(page, {**family.typed(Ada={"reason": "And for her"}), **ONCE, "do": "save"})
    with world.database.read() as connection:
        kept = {row.subject: row.answers for row in connection.execute(select(Draft.__table__))}
    assert kept[family.item("Ada")]["reason"] == ["And for her"]
    assert kept[family.item("Ben")]["reason"] == ["Kept for him"]
    assert [one["before_clarifying_reason"] for one in kept.values()] == [[*ONCE.values()]] * 2
    assert visitor.get(f"/tasks/{family.item('Ada')}").value("reason") == "And for her"


def test_of_what_is_asked_once_the_other_drafts_stand_there_to_be_copied(as_a: As, world: Authority) -> None:
    family, visitor, worker = house(world), as_a("social_worker"), world.actor("social_worker")
    for name, why in (("Ada", "Zq for her"), ("Ben", "Zq for him"), ("Cal", "Zq for her")):
        save_draft(world.database, worker, MONDAY, family.item(name), {"before_clarifying_reason": [why]})
    page = visitor.get(family.address("Ben", "Cal"))
    assert page.value("before_clarifying_reason") == "Zq for her"
    assert [page.text.count(f"Zq for {whom}") for whom in ("her", "him")] == [1, 1]
    assert "For Ben Example you had typed something else to what is asked once here." in page.text


def test_what_a_colleague_did_meanwhile_leaves_that_child_out_and_keeps_the_rest(as_a: As, world: Authority) -> None:
    family, visitor = house(world), as_a("social_worker")
    page = visitor.get(family.address("Ben", "Cal"))
    row = open_items(database=world.database, case=family.cases["Ben"])["decide_response"]
    typed = {**family.typed(Ada=HERS, Ben=HIS | {"reason": "Of Ben alone"}, Cal=HIS), **ONCE}
    answers = answers_to(authority=world, item=row, **HIS)
    complete_task(world.database, world.actor("social_worker", number=2), MONDAY, row.id, answers)
    again = visitor.send(page, typed, status=400)
    assert "Ben Example is not on this page any more" in again.text
    assert "Of Ben alone" in again.text
    assert family.said("Ada") is None
    done = visitor.send(again, {name: said for name, said in typed.items() if row.id not in name})
    assert "is done for 2 children" in done.text


def test_a_case_that_is_closed_to_the_reader_is_not_offered_nor_counted(as_a: As, world: Authority) -> None:
    family, visitor = house(world), as_a("social_worker")
    known = family.item("Cal")
    bars(world, family.cases["Ben"], "social_worker.1@example.org")
    claim(world.database, world.actor("social_worker", number=2), MONDAY, known)
    restricts(world, family.cases["Cal"], "social_worker.2", "team_manager.1")
    for path in (
        f"/tasks/{family.item('Ada')}",
        f"/cases/{family.cases['Ada']}/family",
        "/tasks",
        family.address("Ben"),
    ):
        page = visitor.get(path)
        assert ticks(page) == []
        assert not {"Ben", "Cal"} & {*page.text.replace(",", " ").split()}, path


def test_a_task_that_is_not_the_readers_to_do_is_not_offered(as_a: As, world: Authority) -> None:
    family, visitor = house(world), as_a("social_worker")
    claim(world.database, world.actor("social_worker", number=2), MONDAY, family.item("Ben"))
    assert ticks(visitor.get(f"/tasks/{family.item('Ada')}")) == [(family.item("Cal"), None)]


def test_the_family_page_says_where_each_case_stands_and_what_is_next(as_a: As, world: Authority) -> None:
    family, visitor = house(world), as_a("social_worker")
    do(authority=world, case=family.cases["Ben"], task="decide_response", **HIS)
    case_at(authority=world)  # of another family
    address = f"/cases/{family.cases['Cal']}/family"
    assert address in visitor.get(f"/cases/{family.cases['Cal']}").tree.xpath("//a/@href")
    page = visitor.get(address)
    assert [one.text_content().strip() for one in page.tree.xpath("//main//h2")][1:] == [
        f"{name} Example" for name in NAMES
    ]
    assert "Decide the response: do it for several children" in page.text
    assert "waits for Ada Example and Cal Example" in page.text
    assert "Tell the referrer" in page.text


def test_the_family_page_says_of_what_was_given_that_it_was_given(as_a: As, world: Authority) -> None:
    family, manager = house(world), world.actor("team_manager")
    for name, number in (("Ada", 1), ("Ben", 2)):
        give_task(
            world.database, manager, MONDAY, family.item(name), {"to": account(role="social_worker", number=number)}
        )
    claim(world.database, world.actor("social_worker", number=2), MONDAY, family.item("Cal"))
    page = as_a("social_worker").get(f"/cases/{family.cases['Ada']}/family")
    for words in ("given to you", "given to Social worker 2", "taken by Social worker 2"):
        assert words in page.text


def test_a_step_that_closes_a_case_says_how_the_others_stand(as_a: As, world: Authority) -> None:
    family = house(world)
    case = family.cases["Ada"]
    done: tuple[tuple[str, dict[str, Any]], ...] = (
        ("clarify_referral", {"same_child": "no"}),
        ("acknowledge_referral", {}),
        ("decide_response", {"response": "no_further_action"}),
        ("feed_back_to_referrer", {}),
        ("inform_family", {}),
    )
    for task, said in done:
        do(authority=world, case=case, task=task, **said)
    page = as_a("team_manager").get(f"/tasks/{family.item('Ada', 'close_case')}")
    stands = page.tree.xpath("string(//section[@aria-labelledby='others-stand'])")
    assert "Ben Example" in stands
    assert "Open: Referral." in stands
    other = as_a("social_worker").get(f"/tasks/{family.item('Ben', 'clarify_referral')}")
    assert not other.tree.xpath("//section[@aria-labelledby='others-stand']")


def test_what_one_task_shows_before_it_is_done_stands_with_each_child(as_a: As, world: Authority) -> None:
    """What a child wishes about sharing; and, for whoever takes their cases over, what is open in each."""
    family, points = house(world), [*WAYS]
    both = [family.cases[name] for name in NAMES[:2]]
    for case in both:
        for point in points[: points.index("written") + 1]:
            for task, answers in WAYS[point]:
                do(authority=world, case=case, task=task, **answers)
        do(authority=world, case=case, task="authorise_assessment", authorised="yes")
        wishes(world, case, what=f"Zqwish{case}")
    page = as_a("social_worker").get(family.address("Ben", task="share_outcome"))
    assert all(page.text.count(f"Zqwish{case}") == 1 for case in both)
    assert page.tree.xpath("//section[starts-with(@aria-label, 'Wishes about sharing of Ben')]")
    for case in both:
        begin(authority=world, case=case, process="new_lead", role="team_manager", why_another_lead="She leaves.")
        note: dict[str, Any] = {"lead_social_worker": "social_worker.2", "how_handed_over": f"Zqnote{case}"}
        do(authority=world, case=case, task="choose_new_lead", **note)
    page = as_a("social_worker", number=2).get(family.address("Ben", task="read_handover"))
    assert all(page.text.count(f"Zqnote{case}") for case in both)
    assert len({one.get("id") for one in page.tree.xpath("//h2[starts-with(@id, 'open-work')]")}) == 2


def test_what_stands_above_the_form_of_one_child_stands_with_each_of_several(as_a: As, world: Authority) -> None:
    """Danger, what is wished about sharing, and what somebody takes over: nobody does a step unread for several."""
    ours = House(world, dict(zip(NAMES, in_danger(world), strict=True)))
    worker = as_a("social_worker")
    page = worker.get(ours.address("Ben", "Cal"))
    assert all(f"{name} Example may be in immediate danger." in page.text for name in NAMES)
    ours = house(world)
    for case in ours.cases.values():
        for point in ("deciding", "accepted", "assessing", "planned", "written", "in_need", "agreed"):
            for task, answers in WAYS[point]:
                given: dict[str, Any] = answers | (
                    {"review_date": f"{MONDAY + 91 * DAY:%Y-%m-%d}"} if point == "agreed" else {}
                )
                given |= {"lead_social_worker": account(role="social_worker")} if "lead_social_worker" in given else {}
                do(authority=world, case=case, task=task, **given)
    wishes(world, ours.cases["Cal"])
    page = worker.get(ours.address("Ben", "Cal", task="circulate_plan"))
    assert page.text.count("Zqwish") == 1
    assert page.tree.xpath("//section[@aria-label='Wishes about sharing of Cal Example']")


def in_danger(world: Authority) -> tuple[str, ...]:
    children = [child(given_name=name, born=f"201{number}-07-04") for number, name in enumerate(NAMES)]
    return refer(authority=world, children=children, immediate_danger="yes").cases


def test_a_draft_of_all_is_kept_although_a_colleague_did_one_of_them(as_a: As, world: Authority) -> None:
    family, visitor = house(world), as_a("social_worker")
    page = visitor.get(family.address("Ben", "Cal"))
    row = open_items(database=world.database, case=family.cases["Ben"])["decide_response"]
    answers = answers_to(authority=world, item=row, **HIS)
    complete_task(world.database, world.actor("social_worker", number=2), MONDAY, row.id, answers)
    ben = {f"{row.id}.reason": "Zq of Ben"}
    typed = {**family.typed(Ada={"reason": "Zq of Ada"}, Cal={"reason": "Zq of Cal"}), **ben}
    again = visitor.send(page, {**typed, "do": "save"}, status=400)
    assert "Ben Example is not on this page any more" in again.text
    assert all(f"Zq of {name}" in again.text for name in NAMES)
