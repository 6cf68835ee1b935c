"""What was shared is recorded, and so is what is wished about that: a wish is shown to whoever shares, and holds in
every case of the child until another takes its place.
"""

from typing import Any

import pytest
from sqlalchemy import select, update

from engine.base.database import Database
from engine.base.errors import AlreadyDone, BadAnswers, NotAllowed, NotFound
from engine.commands.recording_shares import record_share, record_wish, withdraw_wish
from engine.facts.sharing_wishes import Wish, wishes_of
from engine.forms import answer_roles
from engine.tables import SharedInformation, SharingWish, sharing_tables
from tests.builders import DAY, MONDAY, Authority, authority, case_at
from tests.engine.commands.calls_of_sharing import OVER, SHARED, WISH, shares, wishes
from tests.engine.export.packs import made, stored_case
from tests.rerun.rerunning import differing


@pytest.fixture
def world(database: Database) -> Authority:
    return authority(database=database)


def kept(world: Authority) -> list[Any]:
    with world.database.read() as connection:
        return [*connection.execute(select(SharedInformation.__table__)).all()]


def told(world: Authority, case: str, role: str = "social_worker", number: int = 1) -> tuple[Wish, ...]:
    with world.database.read() as connection:
        return wishes_of(connection, world.actor(role, number=number), case)


def test_what_is_shared_twice_is_kept_once(world: Authority) -> None:
    case = case_at(authority=world)
    for what in ("Zqonce", "Zqonce", "Zqother"):
        shares(world, case, what=what)
    assert sorted(row.what for row in kept(world)) == ["Zqonce", "Zqother"]
    assert kept(world)[0].agencies == ["health"]


def test_what_differs_in_one_answer_alone_is_kept_beside_it(world: Authority) -> None:
    case = case_at(authority=world)
    refused = {"consent": "refused", "without_consent_because": "required_by_law"}
    untold = {"told_of_it": "no", "not_told_because": "Zqnot: she was in danger."}
    for said in ({"told_of_it": "yes"}, untold, {**untold, "not_told_because": "Zqnot: they had gone."}, untold):
        shares(world, case, **refused, **said)
    shares(world, case, **{**refused, "without_consent_because": "protects_a_child"}, told_of_it="yes")
    told_because = [(row.without_consent, row.told, row.not_told_because) for row in kept(world)]
    assert sorted(told_because) == [
        ("protects_a_child", "yes", ""),
        ("required_by_law", "no", "Zqnot: she was in danger."),
        ("required_by_law", "no", "Zqnot: they had gone."),
        ("required_by_law", "yes", ""),
    ]


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ({"agencies": []}, {"agencies"}),
        ({"consent": "refused"}, {"without_consent_because", "told_of_it"}),
        (
            {"consent": "not_sought", "without_consent_because": "required_by_law", "told_of_it": "no"},
            {"not_told_because"},
        ),
        (
            {"consent": "refused", "without_consent_because": "not_possible", "told_of_it": "yes"},
            {"without_consent_because"},
        ),
        ({"shared_on": "2026-03-03"}, {"shared_on"}),
        ({"agencies": ["nobody"]}, {"agencies"}),
    ],
)
def test_what_is_missing_is_asked_for(world: Authority, said: dict[str, Any], asked: set[str]) -> None:
    case = case_at(authority=world)
    with pytest.raises(BadAnswers) as refused:
        shares(world, case, **said)
    assert {name.partition(".")[0] for name in refused.value.problems} == asked
    assert kept(world) == []


def test_going_against_a_wish_asks_why(world: Authority) -> None:
    case = case_at(authority=world)
    wish = wishes(world, case)
    shares(world, case, agencies=["police"])  # nobody minds
    with pytest.raises(BadAnswers) as refused:
        shares(world, case)
    assert [*refused.value.problems] == ["against_wishes_because"]
    shares(world, case, against_wishes_because="Zqbecause: he was in danger.")
    assert {row.against_wishes_because for row in kept(world)} == {"", "Zqbecause: he was in danger."}
    withdraw_wish(world.database, world.actor("social_worker"), MONDAY, case, wish, OVER)
    shares(world, case, what="After it was withdrawn.")


@pytest.mark.parametrize(
    ("wish", "to", "goes_against"),
    [
        ({"against": "anybody", "agencies": []}, {}, True),
        ({"against": "somebody", "agencies": [], "others": "My aunt."}, {}, False),
        ({"against": "somebody", "agencies": [], "others": "My aunt."}, {"others": "The aunt"}, True),
        ({}, {"agencies": [], "others": "The aunt"}, False),
        ({}, {"agencies": ["police", "health"]}, True),
    ],
)
def test_whom_a_wish_is_about(world: Authority, wish: dict[str, Any], to: dict[str, Any], goes_against: bool) -> None:
    case = case_at(authority=world)
    wishes(world, case, **wish)
    if goes_against:
        with pytest.raises(BadAnswers):
            shares(world, case, **to)
    else:
        shares(world, case, **to)


def test_a_later_wish_takes_the_place_of_the_earlier_one_and_both_stay(world: Authority) -> None:
    case = case_at(authority=world)
    first = wishes(world, case)
    second = wishes(world, case, first, agencies=["police"])
    worker = world.actor("social_worker")
    with pytest.raises(AlreadyDone):
        record_wish(world.database, worker, MONDAY, case, WISH, first)
    assert {(one.id, one.holds, one.withdrawn) for one in told(world, case)} == {
        (first, False, False),
        (second, True, False),
    }
    withdraw_wish(world.database, worker, MONDAY, case, second, OVER)
    newest = next(one for one in told(world, case) if one.id == second)
    assert (newest.holds, newest.withdrawn, newest.end_source, newest.end_by) == (
        *(False, True, OVER["source"]),
        "Social worker 1",
    )
    with pytest.raises(AlreadyDone):
        withdraw_wish(world.database, worker, MONDAY, case, second, OVER)


def test_the_same_wish_sent_twice_is_kept_once(world: Authority) -> None:
    case = case_at(authority=world)
    wishes(world, case)
    record_wish(world.database, world.actor("social_worker"), MONDAY, case, WISH)
    assert len(told(world, case)) == 1
    wishes(world, case, source="He told his teacher as well.")
    wishes(world, case, said_on="2026-03-01")
    assert len(told(world, case)) == 3


def test_a_partner_is_told_no_wish(world: Authority) -> None:
    case = case_at(authority=world)
    wishes(world, case)
    assert told(world, case, "health_practitioner") == ()  # who referred, and knows of the case
    assert len(told(world, case, "auditor")) == 1


def test_the_record_leads_to_the_rows(world: Authority) -> None:
    case = case_at(authority=world)
    wish = wishes(world, case)
    wishes(world, case, wish, agencies=["police"])
    shares(world, case)
    assert not differing(database=world.database)
    for table, column in ((SharedInformation, "why"), (SharingWish, "source")):
        with world.database.transaction() as connection:  # planted
            connection.execute(update(table).values({column: "Nothing of the kind."}))
        assert differing(database=world.database)


def test_who_sees_not_all_or_only_oversees_records_none(world: Authority) -> None:
    case = case_at(authority=world)
    for role, refusal in (("health_practitioner", NotAllowed), ("auditor", NotAllowed), ("housing_officer", NotFound)):
        actor = world.actor(role)
        with pytest.raises(refusal):
            record_share(world.database, actor, MONDAY, case, SHARED)
        with pytest.raises(refusal):
            record_wish(world.database, actor, MONDAY, case, WISH)
    with pytest.raises(NotFound):
        withdraw_wish(world.database, world.actor("social_worker"), MONDAY, case, "nothing", OVER)


def test_tables_and_forms_know_the_same_answers_about_consent() -> None:
    assert sharing_tables.CONSENT == answer_roles.CONSENT


def test_a_pack_tells_of_it_question_by_question_and_a_redacted_one_without_words(world: Authority) -> None:
    case = case_at(authority=world)
    wishes(world, case)
    shares(world, case, against_wishes_because="Zqbecause", others="The aunt")
    stored = stored_case(world.database, case)
    full = made(stored, MONDAY + DAY)
    answers = full.text("answers.csv")
    assert "Did those whom it is about agree?" in answers
    for word in ("Zqwhat", "Zqwhy", "Zqbecause", "Zqwish", "Zqfear", "The aunt"):
        assert word in answers
    redacted = made(stored, MONDAY + DAY, redacted=True)
    assert not any(b"Zq" in content for content in redacted.files.values())
    assert "Yes, they agreed" in redacted.text("answers.csv")
