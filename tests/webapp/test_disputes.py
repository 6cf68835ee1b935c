"""What somebody says is wrong is typed on a page, and stands on every page on which the answer does."""

from collections.abc import Callable

from engine.record.chain import case_chain, lines
from tests.builders import Authority, case_at, open_items
from tests.webapp.visitor import Visitor

As = Callable[..., Visitor]
DAY = {"said_on-day": "2", "said_on-month": "3", "said_on-year": "2026"}
SAID = {"field": "concerns", "said_by": "The child’s mother", "words": "Zqwrong", **DAY}


def test_it_stands_on_the_case_the_task_and_the_replay_from_its_moment_on(as_a: As, world: Authority) -> None:
    case = case_at(authority=world)
    worker = as_a("social_worker")
    page = worker.get(worker.get(f"/cases/{case}").link("Keep what somebody says is wrong"))
    worker.send(page, {**SAID, "words": ""}, status=400)
    assert "Zqwrong" in worker.send(page, SAID).text
    item = open_items(database=world.database, case=case)["clarify_referral"].id
    assert "Zqwrong" in worker.get(f"/tasks/{item}").text
    with world.database.read() as connection:
        number = lines(connection, case_chain(case), ["disputed"])[0].number
    auditor = as_a("auditor")
    assert "Keep what somebody says is wrong" not in auditor.get(f"/cases/{case}").text
    for step, hidden in ((number - 1, 1), (number, 0)):
        notes = auditor.get(f"/cases/{case}/replay/{step}").tree.xpath("//*[@data-said-at]")
        assert [len(notes), sum("hidden" in one.attrib for one in notes)] == [1, hidden]
