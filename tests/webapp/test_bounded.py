"""However much there is, a page shows ten of each list with how many there are in all, and each by itself in pages."""

from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from engine.commands.cases import claim
from engine.reads import list_page
from engine.reads.list_page import FEW
from engine.scenario.mail_server import send
from engine.tables import Deadline, Instance, Outbox
from tests.auditing import HELD, conference_too_late
from tests.builders import DAY, MONDAY, Authority, account, case_at, child, do, open_items, refer
from tests.engine.commands.pathway import begin
from tests.webapp.conftest import Clock
from tests.webapp.test_team import section
from tests.webapp.visitor import Page, Visitor

As = Callable[..., Visitor]
MANY = FEW + 3
ROWS = {
    "letters": ".//li",
    "related": ".//li",
    "clocks": ".//li",
    "happened": ".//li",
    "stands": ".//div[@class='app-stage']",
}


def shown(page: Page, name: str) -> int:
    return len(page.tree.xpath(f"//section[@aria-labelledby='{name}']")[0].xpath(ROWS[name]))


@pytest.fixture
def siblings(world: Authority) -> tuple[str, ...]:
    """Of one referral, whose letters were not taken; in the first case many disagreements are open."""
    children = [child(given_name=f"Child {number:02}") for number in range(MANY)]
    cases = refer(authority=world, children=children, reply_by="email", referrer_email="head@school.example").cases
    send(world.database, MONDAY, "refused")
    for _ in range(MANY):
        begin(authority=world, case=cases[0], process="professional_disagreement", by=world.actor("social_worker"))
    return cases


def counted(world: Authority, *conditions: object) -> int:
    with world.database.read() as connection:
        return connection.execute(select(func.count()).where(*conditions)).scalar_one()  # pyright: ignore[reportArgumentType]


def test_ten_of_each_list_are_shown_and_it_is_said_how_many_there_are(
    as_a: As, world: Authority, siblings: tuple[str, ...]
) -> None:
    here, visitor = siblings[0], as_a("social_worker")
    running = counted(world, Deadline.case_id == here, Deadline.met_at.is_(None), Deadline.stopped_at.is_(None))
    under_way = counted(world, Instance.case_id == here, Instance.status == "running")
    letters = counted(world, Outbox.case_id == here, Outbox.settled_at.is_(None))
    assert min(running, under_way, letters) > FEW
    page = visitor.get(f"/cases/{here}")
    for name, list_name, words, total in (
        ("clocks", "clocks", "clocks that run", running),
        ("related", "related", "other cases", MANY - 1),
        ("letters", "letters", "letters", letters),
        ("stands", "running", "processes that are under way", under_way),
    ):
        assert shown(page, name) == FEW, name
        assert name == "stands" or f"({total})" in section(page, name)
        whole = visitor.get(page.link(f"Show all {total} {words}"))
        assert whole.path == f"/cases/{here}?list={list_name}"
        assert shown(whole, name) == total, name
        assert len(whole.tree.xpath("//section[@class='app-section']")) == 1
        assert visitor.get(whole.link("Back to the case")).path == f"/cases/{here}"
    assert shown(page, "happened") == FEW
    assert shown(visitor.get(page.link("Show all events")), "happened") > FEW
    refused = counted(world, Outbox.state == "refused")
    team = as_a("team_manager").get("/team")
    assert refused > shown(team, "letters") == FEW
    assert f"Letters that did not leave ({refused})" in section(team, "letters")


def test_a_page_past_the_last_is_the_first(as_a: As, world: Authority) -> None:
    """Else it says of a list that is full that nothing is in it."""
    case = case_at(authority=world, point="planned", children=[child(given_name="Zoe")])
    do(authority=world, case=case, task="see_child")
    case_at(authority=world, children=[child(given_name="Zoe")])
    manager = as_a("team_manager")
    item = open_items(database=world.database, case=case)["write_assessment"]
    claim(world.database, world.actor(item.role), MONDAY, item.id)
    for path in ("/cases?page=99", f"/team?list=led&of={account(role=item.role)}&page=9"):
        assert "Zoe Example" in manager.get(path).text, path
    for name in ("untaken", "taken&of=" + account(role=item.role)):
        assert "Zoe Example" in section(manager.get(f"/team?list={name}&page=9"), name.partition("&")[0]), name
    for name in ("clocks", "ended", "happened", "answered"):
        first, past = (section(manager.get(f"/cases/{case}?list={name}&page={page}"), name) for page in (1, 9))
        assert first == past != "", name


def test_a_list_of_somebody_who_is_not_of_the_team_is_not_shown(as_a: As, world: Authority) -> None:
    """It said that nobody leads a case, and that these are none."""
    case_at(authority=world)
    for path in ("/team?list=led", "/team?list=led&of=police_officer.1", "/team?list=taken&of=nobody"):
        page = as_a("team_manager").get(path)
        assert "that nobody" not in page.text
        assert "One case has nobody who leads it" in page.text


def test_what_an_auditor_reads_of_an_old_case_is_bounded(
    as_a: As, world: Authority, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = conference_too_late(authority=world)
    clock.now = HELD + 30 * DAY
    monkeypatch.setattr(list_page, "FEW", 1)
    auditor = as_a("auditor")
    number = auditor.get(f"/cases/{case}/replay?about=all").tree.xpath("//td/a/text()")[-1]
    for path, rows, words in (
        ("guidance", "//article[@class='app-late']", "that were late"),
        ("guidance", "//section[@aria-labelledby='in-time']//tbody/tr", "other clocks"),
        ("replay", "//section[@aria-labelledby='processes']//tbody/tr", "processes"),
        (f"replay/{number}", "//ol[@data-forms]/li", "that were known by then"),
    ):
        page = auditor.get(f"/cases/{case}/{path}")
        (link,) = [one for one in page.tree.xpath("//main//a") if words in one.text_content()]
        whole = auditor.get(link.get("href"))
        assert [len(one.tree.xpath(rows)) for one in (page, whole)] == [1, int(link.text_content().split()[2])], words
        assert whole.link("Back to the").startswith(f"/cases/{case}/{path}")
    assert auditor.get(f"/cases/{case}/guidance?list=duty&of=no-such").link("other clocks")
