"""The replay of a case to which another was joined reads both, says so, and is a look at both."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import update

from engine.reads.audit.replay import replay_feed
from engine.tables import Case
from tests.builders import DAY, Authority, do, pass_time, reference
from tests.engine.commands.joining import TUESDAY, YES, by_form, row, same
from tests.engine.commands.pathway import assessing
from tests.engine.export.packs import made, stored_case
from tests.webapp.conftest import Clock
from tests.webapp.visitor import Visitor

As = Callable[..., Visitor]


@pytest.fixture
def joined(world: Authority, clock: Clock) -> tuple[str, str]:
    older, newer = assessing(authority=world), by_form(world).cases[0]
    same(world, newer, older)
    clock.move(TUESDAY + DAY - clock.now)
    return older, newer


def test_both_are_read_as_one_and_each_says_so(as_a: As, world: Authority, joined: tuple[str, str]) -> None:
    older, newer = joined
    here, there = (reference(authority=world, case=one) for one in joined)
    auditor = as_a("auditor")
    page = auditor.get(f"/cases/{older}/replay?about=all")
    assert f"What was recorded in case {there} of this child, up to where it was joined to this one" in page.text
    rows = [row.text_content() for row in page.tree.xpath("//table[contains(@class, 'app-trail')]//tr[td]")]
    assert any(f"in case {there}" in row for row in rows)
    assert not any(f"in case {here}" in row for row in rows)
    with world.database.read() as connection:
        feed = replay_feed(connection, world.actor("auditor"), TUESDAY + DAY, older)
    assert feed.cases_shown == (older, newer), "a look at the one is a look at the other"
    number = next(step.number for step in feed.steps if step.case == newer)
    step = auditor.get(f"/cases/{older}/replay/{number}")
    assert step.tree.xpath("//*[@data-where]/text()") == [f"case {there}"]
    for name in ("replay", "guidance", "looks"):
        assert f"What was under way goes on there: case {here}" in auditor.get(f"/cases/{newer}/{name}").text, name


def test_a_clock_that_had_run_out_goes_on_in_the_other_case(as_a: As, world: Authority, clock: Clock) -> None:
    """It was not stopped: it is late there until it is met, and here as far as this record tells."""
    older, newer = assessing(authority=world), by_form(world).cases[0]
    later = TUESDAY + 7 * DAY
    pass_time(authority=world, now=later)
    person = row(world, older).person_id
    said: dict[str, Any] = {**YES, "known_person": person}
    do(authority=world, case=newer, task="clarify_referral", now=later, **said)
    clock.move(later + DAY - clock.now)
    auditor = as_a("auditor")
    page = auditor.get(f"/cases/{newer}/guidance")
    assert "overdue when it went on in another case" in page.text
    assert "Not done; goes on in another case since" in page.text
    assert "until it went on in another case" in page.text
    assert "topped" not in page.text
    assert "not done, goes on in another case since" in auditor.get(f"/cases/{newer}/replay").text
    pack = made(stored_case(world.database, newer), later + DAY)
    assert "and late" in pack.text("index.html"), "the duty of that clock, as the page says"


def test_who_may_not_know_of_the_other_case_reads_no_reference(
    as_a: As, world: Authority, joined: tuple[str, str]
) -> None:
    older, newer = joined
    here, there = (reference(authority=world, case=one) for one in joined)
    with world.database.transaction() as connection:
        connection.execute(update(Case).where(Case.id == older).values(team_id=world.other_team))
    page = as_a("team_manager").get(f"/cases/{newer}/replay?about=all")
    assert "This case is closed, as its work goes on elsewhere." in page.text
    assert here not in page.text
    with world.database.transaction() as connection:
        connection.execute(update(Case).where(Case.id == older).values(team_id=world.team))
        connection.execute(update(Case).where(Case.id == newer).values(team_id=world.other_team))
    page = as_a("team_manager").get(f"/cases/{older}/replay?about=all")
    assert "What was recorded in another case of this child" in page.text
    assert "in a case that was joined to this one" in page.text
    assert there not in page.text
