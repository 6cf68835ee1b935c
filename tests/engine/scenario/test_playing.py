"""The stories beside a bundle: all are played before it is put in force, once, and one that fails prevents it."""

import pytest
from sqlalchemy import update

from engine.base.database import Database
from engine.base.errors import NotPossible
from engine.facts import stories_played
from engine.process.bundle import bundle_hash
from engine.record.chain import authority_chain, lines
from engine.record.entry_words import EntryTitles
from engine.record.kinds import sentence
from engine.scenario import playing
from engine.scenario.player import play
from engine.scenario.playing import played
from engine.scenario.stage import stage_on
from engine.scenario.story import parse
from engine.tables import Instance
from tests.builders import HERE, MONDAY, authority
from tests.drafts import publish_by_two
from tests.engine.scenario.conftest import CHILD, REFERRED, Fresh
from tests.second import MISTOLD, TOLD, second

ANOTHER = "It is another pathway, and asks nothing of what is in force"
GOOD_STORY = {"processes/look/scenarios/good.toml": TOLD.encode()}
FAILING = {
    **GOOD_STORY,
    "processes/look/scenarios/wrong.toml": MISTOLD.encode(),
    "processes/scenarios/cut_short.toml": b"title = ",
    "processes/scenarios/no_text.toml": b"\xff\xfe\0",
}


EXPECTED = "open: expected sift, thank_teller, found sift"


class Progress(list[tuple[int, int, str]]):
    def __call__(self, number: int, of: int, path: str) -> None:
        self.append((number, of, path))


def test_none_stops_the_others_and_the_same_are_not_played_again(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor published, unless all pass."""
    at, files, told = authority(database=database), second(), Progress()
    owner = at.actor("process_owner")
    with pytest.raises(NotPossible, match="have not been played yet"):
        publish_by_two(at, files, MONDAY, FAILING, ANOTHER)
    found = played(database, owner, lambda: MONDAY, files, FAILING, told)
    assert told == [(number, 4, path) for number, path in enumerate(FAILING, 1)]
    assert found.passed == 1
    assert list(found.failed) == list(FAILING)[1:]
    assert found.failed["processes/look/scenarios/wrong.toml"] == [f"step 2 (2022-03-07T20:10): {EXPECTED}"]
    with pytest.raises(NotPossible, match=r"stories fail: processes/look/scenarios/wrong.toml, processes/scen"):
        publish_by_two(at, files, MONDAY, FAILING, ANOTHER)
    monkeypatch.setattr(playing, "make_template", None)
    assert played(database, owner, lambda: MONDAY, files, FAILING, told) == found
    assert len(told) == 4


def test_what_passed_is_said_in_the_record_and_another_program_plays_again(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    at, files = authority(database=database), second()
    owner = at.actor("process_owner")
    assert played(database, owner, lambda: MONDAY, files, GOOD_STORY, Progress()).failed == {}
    assert publish_by_two(at, files, MONDAY, GOOD_STORY, ANOTHER) == bundle_hash(files)
    with database.read() as connection:
        (*_, entry) = lines(connection, authority_chain(HERE), ["published"])
    assert entry.payload is not None
    assert (entry.payload["stories"], entry.payload["program"]) == (1, stories_played.program())
    assert "; 1 story beside them had passed" in sentence("published", entry.payload, EntryTitles())
    monkeypatch.setattr(stories_played, "program", lambda: "another")
    monkeypatch.setattr(playing, "WORTH_STARTING", 1)
    told = Progress()
    assert played(database, owner, lambda: MONDAY, files, GOOD_STORY, told).passed == 1
    assert len(told) == 1


def test_a_process_that_is_set_aside_fails_the_story_whatever_it_expects(fresh: Fresh) -> None:
    """The planted fault: what is stored of the referral cannot be read any more."""
    stage = stage_on(fresh(), MONDAY)
    decided = "\n[[step]]\nas = 'social_worker'\ndo = 'decide_response'\n"
    story = parse("title = 'Stuck'\n" + CHILD + REFERRED + decided, "stuck.toml")

    def spoil() -> None:
        with stage.database.transaction() as connection:
            connection.execute(update(Instance).values(state=b"{}"))

    (failure,) = play(story, stage, between=spoil).failures
    assert (failure.step, failure.what) == (2, "processes")
    assert failure.found.startswith("referral was set aside: what is stored of it cannot be read")
    assert play(story, stage_on(fresh(), MONDAY)).passed
