"""What people do beside the steps of a story, and moments between two: each brings a case there and has it read."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from sqlalchemy import delete, update

from engine.commands.accounts import add_organisation
from engine.commands.handing_over import claim_letter
from engine.commands.setting_cases_aside import note_stalled
from engine.people.identity import SYSTEM
from engine.reads.audit import replay
from engine.reads.case import case_page
from engine.record.chain import case_chain
from engine.scenario.mail_server import send
from engine.tables import Case, Instance, Membership, Payload
from engine.tables.clock_tables import STEPS
from tests.builders import DAY, HOUR, MONDAY, SYSTEM_HERE, case_at, child, do, open_items, pass_time, publish, refer
from tests.engine.commands.joining import TUESDAY, YES, by_form, row
from tests.engine.commands.pathway import assessing, begin, in_enquiry, planned, review
from tests.engine.commands.test_cases_of_one_child import make_one
from tests.engine.record.hand import take_triggers_away
from tests.protecting import in_police_protection
from tests.truth.hearing import Hearing
from tests.truth.models import a_process_goes_over_and_back, alerting, other_shapes

Beside = Callable[[Hearing], None]
ABOUT = "“We have received your referral” to the referrer"


def tasks_are_taken_and_typed_into(hearing: Hearing) -> None:
    world = hearing.world
    case = case_at(authority=world, point="deciding")
    item = open_items(database=world.database, case=case)["decide_response"].id
    first, task = hearing.at("social_worker"), f"/tasks/{item}"
    first.send(first.get(task), {"reason": "half a page"}, button="Save and finish later")
    first.send(first.get(task), button="Take this task")
    hearing.read("social_worker", "task", task, case=case, item=item)
    hearing.read("social_worker", "tasks", "/tasks")
    hearing.read("social_worker.2", "task", task, case=case, item=item)
    hearing.read("team_manager", "team", "/team?list=taken&of=social_worker.1")
    hearing.go_on()
    first.send(first.get("/tasks"), button="Hand back “Decide the response” for Ada Example")
    second = world.actor("social_worker", number=2)
    do(authority=world, case=case, task="decide_response", by=second, response="assessment")
    hearing.read("social_worker", "task", task, case=case, item=item)
    hearing.read("social_worker", "case", f"/cases/{case}", case=case)
    hearing.read("auditor", "replay", f"/cases/{case}/replay?about=tasks", case=case)
    hearing.read("auditor", "replay", f"/cases/{case}/replay?about=all", case=case)
    hearing.go_on()


def lists_are_empty_and_a_search_finds_nobody(hearing: Hearing) -> None:
    birth_unknown = [{"given_name": "Ada", "family_name": "Example"}]
    case = refer(authority=hearing.world, children=birth_unknown).cases[0]
    item = open_items(database=hearing.world.database, case=case)["decide_response"].id
    for name in ("ended", "related", "letters"):
        hearing.read("team_manager", "case", f"/cases/{case}?list={name}", case=case)
    for name in ("alarms", "danger", "stuck", "letters"):
        hearing.read("team_manager", "team", f"/team?list={name}")
    hearing.read("social_worker", "task", f"/tasks/{item}", case=case, item=item)
    hearing.read_back(case)
    manager = hearing.at("team_manager")
    hearing.hear("team_manager", "cases", manager.send(manager.get("/cases"), {"name": "%"}, button="Find"))
    hearing.go_on()
    asked = {"children.0.given_name": "Ines", "children.0.family_name": "Example", "home_authority": "Westmarch"}
    opened = manager.send(manager.get("/cases/start/transfer_in"), asked)
    hearing.hear("team_manager", "cases", opened)
    (newer,) = opened.tree.xpath("//*[contains(@class, 'notification-banner')]//a/@href")
    hearing.read_back(newer.removeprefix("/cases/"))
    hearing.go_on()


def organisations_come_and_go(hearing: Hearing) -> None:
    world, manager = hearing.world, hearing.at("team_manager")
    add_organisation(world.database, SYSTEM_HERE, MONDAY, "education", "Hill School")
    case = case_at(authority=world)
    do(authority=world, case=case, task="clarify_referral", same_child="no", agencies_confirmed=["education"])
    hearing.read("team_manager", "case", f"/cases/{case}", case=case)
    hearing.go_on()
    adding = manager.get(f"/cases/{case}/parts/add")
    free = adding.tree.xpath("//*[@name='organisation']/@value | //*[@name='organisation']/option/@value")
    added = [manager.send(adding, {"organisation": one, "reason": "They know them."}) for one in free if one]
    hearing.read("team_manager", "part", f"/cases/{case}/parts/add", case=case)
    hearing.read("police_officer", "case", f"/cases/{case}", case=case)
    ending = added[-1].link("End this part of Housing")
    hearing.read("team_manager", "part", ending, case=case)
    hearing.go_on()
    manager.send(manager.get(ending), {"reason": "They have moved."})
    hearing.read_back(case)
    hearing.go_on()


def a_process_cannot_go_on(hearing: Hearing) -> None:
    world = hearing.world
    case = case_at(authority=world, point="planned")
    with world.database.transaction() as connection:
        connection.execute(update(Instance).where(Instance.process == "assessment").values(state=b"{}"))
    do(authority=world, case=case, task="write_assessment", finding="child_in_need")
    for step in STEPS:
        note_stalled(world.database, SYSTEM, MONDAY, case, step, KeyError())
    hearing.read("team_manager", "team", "/team")
    hearing.read_back(case, steps=range(24, 58))
    hearing.go_on()


def somebody_decides_about_letters(hearing: Hearing) -> None:
    world, worker = hearing.world, hearing.at("social_worker")
    case = ""
    for says, button in (("silent", "Send again"), ("silent", "It arrived: confirm"), ("refused", "Put aside")):
        case = refer(authority=world, reply_by="email", referrer_email="head@school.example").cases[0]
        item = open_items(database=world.database, case=case)["acknowledge_referral"].id
        send(world.database, MONDAY, says)
        hearing.read("social_worker", "task", f"/tasks/{item}", case=case, item=item)
        hearing.read("social_worker", "case", f"/cases/{case}", case=case)
        hearing.go_on()
        worker.send(worker.get(f"/cases/{case}"), button=f"{button}: {ABOUT}")
        if button == "Send again":
            claim_letter(world.database, SYSTEM, MONDAY, ())
            hearing.read("social_worker", "case", f"/cases/{case}", case=case)
        hearing.read("auditor", "replay", f"/cases/{case}/replay?about=all", case=case)
        hearing.go_on()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(case_page, "FEW", 1)
        hearing.read("social_worker", "case", f"/cases/{case}", case=case)
    hearing.go_on()


def time_runs_out_by_minutes(hearing: Hearing) -> None:
    case, clock = in_police_protection(authority=hearing.world), hearing.clock
    for hours in (50, 71.5, 72.5, 73.5, 100):
        clock.move(MONDAY + hours * HOUR - clock.now)
        pass_time(authority=hearing.world, now=clock.now)
        hearing.read("team_manager", "case", f"/cases/{case}", case=case)
        hearing.go_on()


def a_case_that_is_late_is_joined(hearing: Hearing) -> None:
    world, clock = hearing.world, hearing.clock
    older, newer = assessing(authority=world), by_form(world).cases[0]
    later = TUESDAY + 7 * DAY
    pass_time(authority=world, now=later)
    said: dict[str, Any] = {**YES, "known_person": row(world, older).person_id}
    do(authority=world, case=newer, task="clarify_referral", now=later, **said)
    clock.move(later + DAY - clock.now)
    hearing.read_back(older, newer)
    hearing.go_on()
    with world.database.transaction() as connection:
        connection.execute(update(Case).where(Case.id == older).values(team_id=world.other_team))
    hearing.read("team_manager", "case", f"/cases/{newer}", case=newer)
    hearing.read("team_manager", "replay", f"/cases/{newer}/replay?about=all", case=newer)
    hearing.go_on()


def what_was_typed_goes_on_elsewhere(hearing: Hearing) -> None:
    world, manager = hearing.world, hearing.at("team_manager")
    cases = [refer(authority=world).cases[0] for _ in range(2)]
    items: list[str] = []
    for case in cases:
        do(authority=world, case=case, task="decide_response", response="strategy_discussion")
        items.append(open_items(database=world.database, case=case)["hold_strategy_discussion"].id)
    begins = f"/cases/{cases[1]}/start/strategy_discussion"
    for where, field in (f"/tasks/{items[1]}", "reason"), (begins, "concern"):
        manager.send(manager.get(where), {field: "Half a page"}, button="Save and finish later")
    said: dict[str, Any] = {**YES, "known_person": row(world, cases[0]).person_id}
    do(authority=world, case=cases[1], task="clarify_referral", **said)
    hearing.read("team_manager", "case", f"/cases/{cases[0]}", case=cases[0])
    hearing.read("team_manager", "task", f"/tasks/{items[1]}", case=cases[0], item=items[1])
    hearing.read("team_manager", "start", begins, case=cases[1])
    hearing.read_back(*cases)
    hearing.go_on()


def a_task_comes_back_something_begins_and_is_erased(hearing: Hearing) -> None:
    world = hearing.world
    case = case_at(authority=world, point="planned")
    do(authority=world, case=case, task="write_assessment", finding="child_in_need", analysis="Neglect since May.")
    do(authority=world, case=case, task="authorise_assessment", authorised="returned", reason="Who saw the child?")
    item = open_items(database=world.database, case=case)["write_assessment"].id
    hearing.read("social_worker", "task", f"/tasks/{item}", case=case, item=item)
    hearing.go_on()
    hearing.clock.move(HOUR)
    manager = hearing.at("team_manager")
    begun = manager.send(manager.get(f"/cases/{case}/start/strategy_discussion"), {"concern": "Harm."})
    hearing.read("team_manager", "team", "/team?list=led&of=social_worker.1")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(replay, "PAGE", 1)
        hearing.read("auditor", "replay", f"/cases/{case}/replay", case=case)
    hearing.read("team_manager", "case", begun.path, case=case, done=begun.path.partition("done=")[2])
    hearing.go_on()
    with world.database.transaction() as connection:
        take_triggers_away(connection)
        connection.execute(delete(Payload).where(Payload.chain == case_chain(case)))
    hearing.read("auditor", "step", f"/cases/{case}/replay/1", case=case, step=1)
    hearing.go_on()


def one_child_dies_in_two_cases_and_nobody_is_there_to_be_told(hearing: Hearing) -> None:
    world, day = hearing.world, (MONDAY + DAY).date().isoformat()
    with_plan, enquiring = planned(authority=world), in_enquiry(authority=world)
    make_one(authority=world, cases=[with_plan, enquiring])
    publish(database=world.database, files=alerting())
    with world.database.transaction() as connection:
        connection.execute(update(Membership).where(Membership.role == "legal_adviser").values(held_until=MONDAY - DAY))
    died: dict[str, Any] = {"ground": "died", "evidence": "The hospital has told us.", "happened_on": day}
    begin(authority=world, case=enquiring, process="discontinuation", now=MONDAY + DAY, **died)
    hearing.clock.move(DAY + HOUR)
    hearing.read_back(with_plan, enquiring)
    hearing.go_on()


def a_visit_is_typed_late_and_a_plan_waits_for_the_birthday(hearing: Hearing) -> None:
    world, now = hearing.world, MONDAY + 21 * DAY
    case = planned(authority=world, children=[child(born="2008-04-20")])
    pass_time(authority=world, now=now)
    for seen in (now, MONDAY + 7 * DAY):
        do(authority=world, case=case, task="record_visit", now=now, child_seen="yes", seen_at=seen.isoformat())
    review(authority=world, case=case, now=now, decision="discontinue", ground="reached_18")
    for task in ("notify_agencies", "consider_support"):
        do(authority=world, case=case, task=task, now=now)
    hearing.clock.move(21 * DAY + HOUR)
    hearing.read("team_manager", "case", f"/cases/{case}", case=case)
    hearing.read("auditor", "replay", f"/cases/{case}/replay?about=clocks", case=case)
    hearing.go_on()


def a_drawing_has_shapes_that_the_shipped_ones_have_not(hearing: Hearing) -> None:
    world = hearing.world
    case = case_at(authority=world, point="deciding")
    publish(database=world.database, files=other_shapes())
    begin(authority=world, case=case, process="professional_disagreement", by=world.actor("health_practitioner"))
    do(authority=world, case=case, task="answer_disagreement", answer="maintained")
    pass_time(authority=world, now=hearing.clock.move(14 * DAY))
    hearing.read("auditor", "replay", f"/cases/{case}/replay?about=all", case=case)
    hearing.go_on()


# What is heard in each that no story says, or only long ones.
BESIDE: Mapping[Beside, tuple[str, ...]] = {
    tasks_are_taken_and_typed_into: (
        *("task taken", "task handed back", "your tasks", "a colleague has taken it", "a draft", "some of the steps"),
        *("what somebody has taken", "one that somebody has taken", "typed, and cannot be sent any more"),
        *("which was typed, and cannot be sent any more", "what somebody typed before"),
        "each that somebody typed before",
    ),
    a_process_goes_over_and_back: (*("process carried over", "process taken back", "what was dropped of a draft"),),
    lists_are_empty_and_a_search_finds_nobody: (
        *("a child whose birth nobody knows", "whose page, not known", "no clock has ended", "there is no other case"),
        *("every alarm was opened", "every letter has left", "nothing stands in a list", "nothing was found"),
        "a case is open now",
    ),
    organisations_come_and_go: (
        *("agency is to become part", "who is to have a part", "agency has no part any more", "everybody has a part"),
        *("whose part may be ended", "since when it has had a part", "how many parts are over"),
        "nothing that you may see",
    ),
    a_process_cannot_go_on: (
        *("what fails in it by itself", "in how many cases something fails by itself", "how many a list has"),
        *("set aside", "process set aside", "a case of a team", "how many processes cannot go on", "nothing goes on"),
        *("a step whose process was set aside", "what an act did that ends in brackets, in a pack"),
        "why a duty of a process that was set aside was not done, in a pack",
    ),
    somebody_decides_about_letters: (
        *("a letter handing_over", "a letter refused", "a letter unknown", "a letter did not do it", "letter refused"),
        *("letter unknown", "letter sent again", "letter confirmed", "letter put aside", "a known child"),
        *("known children may be this one", "more children whom we know"),
    ),
    time_runs_out_by_minutes: (
        *("time left, in hours", "time left, in minutes", "time over, in minutes", "time over, in hours"),
        *("time over, in days and hours", "protected, its end not recorded", "protected now"),
    ),
    a_case_that_is_late_is_joined: (
        *("it goes on elsewhere and is not done", "a case goes on elsewhere", "it is read on elsewhere", "who knew"),
        *("another case", "no other clock"),
    ),
    what_was_typed_goes_on_elsewhere: (
        *("a process cannot begin in a joined case", "what cannot begin in a joined case"),
        *("process goes on in another", "case goes on elsewhere", "where a case goes on", "another case was joined"),
        *("nothing goes on in a joined case", "goes on elsewhere in the end", "where it is read on"),
        *("which records are read as one", "how many other cases there are", "cases that were joined, in a pack"),
        *("which cases were joined, in a pack", "a case goes on elsewhere, in a pack", "where it goes on, in a pack"),
        *("the clocks of a joined case, in a pack", "the last act of a joined case, in a pack"),
        *("stopped", "stopped in the end", "stopped, in a pack"),
    ),
    a_task_comes_back_something_begins_and_is_erased: (
        *("it came back", "a process has begun just now", "what is open now that a process has begun"),
        *("what somebody leads", "some of the processes stand there", "what is erased"),
    ),
    a_visit_is_typed_late_and_a_plan_waits_for_the_birthday: ("clock met after all", "a process waits"),
    a_drawing_has_shapes_that_the_shipped_ones_have_not: (
        *("happened", "what went on came together", "the way went on"),
    ),
    one_child_dies_in_two_cases_and_nobody_is_there_to_be_told: (
        *("news of the child", "news of a clock of the child", "what holds of the child", "nobody is to be told"),
        *("the way went on from a task", "message reached a process"),
    ),
}
