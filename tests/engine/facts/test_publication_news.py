"""What changed is told once to each who did such a task by earlier models, of the models on which this one runs."""

import json

import pytest

from engine.base.database import Database
from engine.base.errors import NotFound
from engine.commands.reading_news import note_news_of_task_read, note_news_read
from engine.difference.news_between import news_between
from engine.facts.models import in_force, model_of
from engine.facts.publication_news import PublicationNews, news_of_role, news_of_task
from engine.people.identity import Actor
from engine.reads.task.task_page import task as read_task
from tests.builders import DAY, HERE, MONDAY, Authority, authority, case_at, child, do, open_items, publish, shipped
from tests.drafts import publish_by_two
from tests.statements import counted

TASK, FORM = "decide_response", "forms/referral/decide_response.json"
LATER = MONDAY + DAY


def retitled(title: str) -> dict[str, bytes]:
    return {**shipped(), FORM: json.dumps({**json.loads(shipped()[FORM]), "title": title}).encode()}


def publish_told(database: Database, files: dict[str, bytes]) -> str:
    """Put in force as it is, with what it changed said."""
    with database.read() as connection:
        before = in_force(connection, HERE)
    words = [one.told() for one in news_between(before, model_of(files))]
    return publish(database=database, files=files, words=words)


def deciding(at: Authority, name: str = "Ada") -> str:
    return case_at(authority=at, point="deciding", children=[child(given_name=name)])


def item_in(at: Authority, case: str) -> str:
    return open_items(database=at.database, case=case)[TASK].id


def told(at: Authority, who: Actor, case: str) -> tuple[PublicationNews, ...]:
    with at.database.read() as connection:
        return read_task(connection, who, LATER, item_in(at, case)).news


def in_lists(at: Authority, who: Actor) -> list[int]:
    with at.database.read() as connection:
        return [one.number for one in news_of_role(connection, who)]


def decide(at: Authority, who: Actor, case: str) -> None:
    do(authority=at, case=case, task=TASK, by=who, response="assessment")


def test_at_the_task_whoever_did_it_before_is_told_once(database: Database) -> None:
    at = authority(database=database)
    worker, other = at.actor("social_worker"), at.actor("social_worker", number=2)
    before, running = deciding(at, "Ada"), deciding(at, "Ben")
    decide(at, worker, before)
    publish_by_two(at, retitled("Decide now"))
    case = deciding(at, "Cy")
    (news,) = told(at, worker, case)
    assert news.number == 2
    assert [one.startswith("The form of “Decide the response”") for one in news.words] == [True]
    assert told(at, other, case) == ()  # never did it
    assert told(at, worker, running) == ()  # goes on as it began
    decide(at, worker, running)
    publish_told(database, retitled("Decide today"))
    newest = deciding(at, "Di")
    assert [one.number for one in told(at, worker, case)] == [2]
    assert [one.number for one in told(at, worker, newest)] == [2, 3]
    note_news_of_task_read(database, worker, LATER, item_in(at, case), 2)
    assert [one.number for one in told(at, worker, newest)] == [3]
    decide(at, worker, newest)
    assert told(at, worker, case) == ()


def test_in_the_lists_of_a_role_it_is_told_once_and_to_nobody_who_is_new(database: Database) -> None:
    at = authority(database=database)
    worker = at.actor("social_worker")
    assert in_lists(at, worker) == []  # of what was first published nothing is told
    publish_told(database, retitled("Decide now"))
    publish_told(database, retitled("Decide today"))
    assert in_lists(at, worker) == [3, 2]
    assert in_lists(at, at.actor("conference_chair")) == in_lists(at, at.actor("auditor")) == []
    note_news_read(database, worker, LATER, 3)
    note_news_read(database, worker, LATER, 2)
    assert in_lists(at, worker) == []


def test_only_what_there_is_can_be_read(database: Database) -> None:
    at = authority(database=database)
    case = deciding(at)
    item = item_in(at, case)
    for number in (0, 2):
        with pytest.raises(NotFound):
            note_news_read(database, at.actor("social_worker"), LATER, number)
    for who, of in ((at.actor("housing_officer"), item), (at.actor("social_worker"), "none")):
        with pytest.raises(NotFound):
            note_news_of_task_read(database, who, LATER, of, 1)


def test_it_takes_one_statement_however_often_somebody_did_it(database: Database) -> None:
    at = authority(database=database)
    worker = at.actor("social_worker")
    for name in ("Ada", "Ben"):
        decide(at, worker, deciding(at, name))
    bundle = publish_told(database, retitled("Decide now"))
    with counted(database) as statements, database.read() as connection:
        assert news_of_task(connection, worker, "referral", TASK, bundle)
    assert len(statements) == 1
