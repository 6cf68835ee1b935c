"""The team's page, and protection on every page that names the child: in words, without scripts."""

from collections.abc import Callable

from sqlalchemy import update

from engine.commands.accounts import disable_account
from engine.commands.cases import claim
from engine.tables import Deadline
from tests.builders import DAY, HOUR, MONDAY, Authority, account, case_at, child, do, open_items, pass_time, reference
from tests.engine.commands.test_cases_of_one_child import make_one
from tests.protecting import in_police_protection, on_a_plan
from tests.webapp.conftest import Clock
from tests.webapp.visitor import Page, Visitor

As = Callable[..., Visitor]


def section(page: Page, name: str) -> str:
    found = page.tree.xpath(f"//section[@aria-labelledby='{name}']")
    return " ".join(" ".join(found[0].xpath(".//text()")).split()) if found else ""


def test_an_order_is_named_wherever_the_child_is(as_a: As, world: Authority, clock: Clock) -> None:
    case = in_police_protection(authority=world, name="Jack")
    pass_time(authority=world, now=clock.move(50 * HOUR))
    manager = as_a("team_manager")
    words = "Police protection: 22 hours left, until 10:00 tomorrow."
    assert words in manager.get(f"/cases/{case}").text
    item = open_items(database=world.database, case=case)["decide_before_lapse"].id
    assert words in manager.get(f"/tasks/{item}").text
    assert words in manager.get(f"/cases/{case}/start/case_closure").text
    ordered = section(manager.get("/tasks"), "ordered")
    assert "Decide before it lapses" in ordered
    assert "Police protection Soon: 22 hours left" in ordered
    assert "Jack Example" in section(manager.get("/team"), "orders")


def test_an_order_that_ran_out_says_what_is_missing(as_a: As, world: Authority, clock: Clock) -> None:
    case = in_police_protection(authority=world)
    pass_time(authority=world, now=clock.move(74 * HOUR))
    page = as_a("social_worker").get(f"/cases/{case}")
    assert "Police protection: its time ran out at 10:00 today. Its end is not recorded yet." in page.text


def test_a_plan_is_named_wherever_the_child_is(as_a: As, world: Authority) -> None:
    case = on_a_plan(authority=world)
    page = as_a("social_worker").get(f"/cases/{case}")
    assert "Child protection plan in force since Monday 2 March 2026." in page.text
    assert "Child protection plan" in section(as_a("social_worker").get("/tasks"), "mine")
    assert "End a child protection plan" in section(as_a("team_manager").get(f"/cases/{case}"), "start")
    other = case_at(authority=world, point="deciding")
    make_one(authority=world, cases=[case, other])
    seen = as_a("social_worker").get(f"/cases/{other}")
    known_as = reference(authority=world, case=case)
    assert f"in force since Monday 2 March 2026. It is recorded in case {known_as}" in seen.text
    assert f"Child protection plan in case {known_as}" in section(as_a("social_worker").get("/tasks"), "team")


def test_soon_is_said_in_words(as_a: As, world: Authority, clock: Clock) -> None:
    """Police protection warns its people 24 hours before it runs out."""
    in_police_protection(authority=world)
    pass_time(authority=world, now=clock.move(50 * HOUR))
    assert "Soon: 22 hours left" in section(as_a("team_manager").get("/tasks"), "ordered")


def test_the_lead_sees_what_runs_out_with_others(as_a: As, world: Authority, clock: Clock) -> None:
    on_a_plan(authority=world, name="Maisie")
    pass_time(authority=world, now=clock.move(2 * DAY))
    warnings = section(as_a("social_worker").get("/tasks"), "warnings")
    assert "Maisie Example : Send the decision letter" in warnings
    assert "Conference administrator, nobody has taken it" in warnings
    assert section(as_a("social_worker", number=2).get("/tasks"), "warnings") == ""


def test_the_team_s_page_tells_who_has_what(as_a: As, world: Authority) -> None:
    case_at(authority=world, point="assessing", children=[child(given_name="Zoe")])
    case = case_at(authority=world, point="deciding", children=[child(given_name="Lena")])
    item = open_items(database=world.database, case=case)["decide_response"].id
    claim(world.database, world.actor("social_worker"), MONDAY, item)
    manager = as_a("team_manager")
    assert manager.get("/tasks").tree.xpath("//nav//a[@href='/team']")
    page = manager.get("/team")
    assert page.heading == "Duty team"
    assert "No child of this team is under police protection" in section(page, "orders")
    assert "Lena Example : Decide how to respond to the referral" in section(page, "pressing")
    assert "Every task of this team is with somebody." in section(page, "untaken"), "the lead was given hers"
    assert "Lena Example" in section(page, "unled")
    people = section(page, "people")
    assert "Social worker 1 social worker Leads one case : Social worker 1 · 2 tasks : Social worker 1" in people
    assert "No case and no task:" in people
    taken = manager.get(page.link("2 tasks"))
    words = section(taken, "taken")
    assert words.startswith("Tasks that Social worker 1 has (2) Share them out Decide the response for Lena Example")
    assert "Plan the assessment for Zoe Example 45 working days left given, not taken" in words
    assert "Zoe Example" in section(manager.get(page.link("Leads one case")), "led")


def test_only_managers_have_the_page(as_a: As, world: Authority) -> None:
    on_a_plan(authority=world)
    assert "Ada Example" in as_a("service_manager").get("/team").text
    for role in ("social_worker", "police_officer", "auditor"):
        refused = as_a(role).get("/team", status=403)
        assert "This page is for those who manage a team." in refused.text
        assert not refused.tree.xpath("//nav//a[@href='/team']")


def test_a_plan_that_ended_is_no_longer_shown(as_a: As, world: Authority) -> None:
    case = on_a_plan(authority=world)
    manager = as_a("team_manager")
    form = manager.get(manager.get(f"/cases/{case}").link("End a child protection plan"))
    typed = {"ground": "died", "happened_on-day": "2", "happened_on-month": "3", "happened_on-year": "2026"}
    done = manager.send(form, {**typed, "evidence": "The hospital rang."})
    assert "in force since" not in done.text
    assert "notify_agencies" in open_items(database=world.database, case=case)
    do(authority=world, case=case, task="notify_agencies")


def test_who_left_is_still_seen_with_what_they_had(as_a: As, world: Authority) -> None:
    case = case_at(authority=world, point="planned", children=[child(given_name="Lena")])
    claim(
        world.database,
        world.actor("social_worker"),
        MONDAY,
        open_items(database=world.database, case=case)["see_child"].id,
    )
    disable_account(world.database, world.system, MONDAY, account(role="social_worker"))
    page = as_a("team_manager").get("/team")
    assert "Social worker 1 led it and works here no longer" in section(page, "unled")
    people = section(page, "people")
    assert "Social worker 1 not in this team, or not any more Leads one case" in people
    assert "· 3 tasks" in people


def test_tasks_of_other_agencies_are_no_tasks_of_the_team(as_a: As, world: Authority) -> None:
    case = case_at(authority=world, point="planned")
    for item in open_items(database=world.database, case=case).values():
        if item.team_id:
            claim(world.database, world.actor(item.role), MONDAY, item.id)
    waiting = section(as_a("team_manager").get("/team"), "untaken")
    assert "Every task of this team is with somebody." in waiting
    assert any(not one.owner_id for one in open_items(database=world.database, case=case).values())


def test_an_order_that_has_run_out_is_not_called_nothing(as_a: As, world: Authority, clock: Clock) -> None:
    in_police_protection(authority=world)
    with world.database.transaction() as connection:
        connection.execute(update(Deadline).where(Deadline.protects == "").values(stopped_at=MONDAY))
    clock.move(4 * DAY)
    page = as_a("team_manager").get("/team")
    assert "Overdue" in section(page, "orders")
    assert "Nothing else is overdue or about to run out." in section(page, "pressing")
