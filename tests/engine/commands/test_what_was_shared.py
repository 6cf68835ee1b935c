"""What was shared, and what is wished about that, wherever it is read: by case, by who received it, in what is given to
the child; in other cases of the child; and nowhere once it is kept from somebody or erased.
"""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from engine.base.database import Database
from engine.base.errors import BadAnswers, NotAllowed, NotFound
from engine.commands.recording_shares import withdraw_wish
from engine.facts.sharing_wishes import wishes_of
from engine.forms import check, fill
from engine.forms.sharing_block import shared_by
from engine.reads.case.subject_decisions import request_at_work
from engine.reads.case.what_was_shared import SOMEBODY, SharedWith, shared_in_case, shared_with
from engine.tables import SharedInformation, SharingWish
from tests.builders import (
    MONDAY,
    Authority,
    answers_to,
    authority,
    case_at,
    child,
    do,
    open_items,
    refer,
    shipped_model,
)
from tests.engine.commands.calls_of_keeping import bars, restricts
from tests.engine.commands.calls_of_retention import closed, decides, proposes, rules
from tests.engine.commands.calls_of_sharing import OVER, shares, wishes
from tests.engine.commands.calls_of_subject import asks_what_is_held
from tests.engine.commands.joining import TUESDAY, must_be_sound, same
from tests.engine.commands.test_erasing import faults, left_of, planted
from tests.rerun.rerunning import differing

HOUR = timedelta(hours=1)


@pytest.fixture
def world(database: Database) -> Authority:
    return authority(database=database)


def listed(world: Authority, case: str, role: str = "social_worker", number: int = 1) -> list[str]:
    with world.database.read() as connection:
        seen = shared_in_case(connection, world.actor(role, number=number), MONDAY, case, 1)
    return [one.what for one in seen.shares.rows]


def received(world: Authority, recipient: str, role: str = "social_worker", number: int = 1) -> SharedWith:
    with world.database.read() as connection:
        return shared_with(connection, world.actor(role, number=number), MONDAY, recipient, 1)


def standing(world: Authority, case: str, number: int = 1) -> list[str]:
    with world.database.read() as connection:
        return [one.what for one in wishes_of(connection, world.actor("social_worker", number=number), case)]


def test_a_task_that_shares_keeps_it_whatever_its_form_is_called(world: Authority) -> None:
    case = case_at(authority=world, point="agreed")
    said: dict[str, Any] = {
        "agencies_told": ["health", "police"],
        "consent_to_share": "not_sought",
        "shared_without_consent": "would_put_a_child_at_risk",
        "told_of_sharing": "no",
        "not_told_of_sharing_reason": "Zqnot",
    }
    do(authority=world, case=case, task="circulate_plan", **said)
    with world.database.read() as connection:
        row = connection.execute(select(SharedInformation.__table__).filter_by(element="circulate_plan")).one()
    assert (row.what, row.agencies, row.consent, row.without_consent) == (
        *("The child in need plan", ["health", "police"]),
        *("not_sought", "would_put_a_child_at_risk"),
    )
    assert (row.told, row.not_told_because, row.element) == ("no", "Zqnot", "circulate_plan")
    assert "The child in need plan" in listed(world, case)
    assert not differing(database=world.database)


def test_what_goes_to_nobody_else_is_no_sharing(world: Authority) -> None:
    case = case_at(authority=world, point="in_need")
    with world.database.read() as connection:
        tasks = {*connection.scalars(select(SharedInformation.element))}
    assert "share_outcome" not in tasks  # nobody but the family was told
    assert listed(world, case) == []


def test_a_task_that_goes_against_a_wish_asks_why(world: Authority) -> None:
    case = case_at(authority=world, point="agreed")
    wishes(world, case)
    item = open_items(database=world.database, case=case)["circulate_plan"]
    with pytest.raises(BadAnswers) as refused:
        do(authority=world, case=case, task="circulate_plan", agencies_told=["health"], against_wishes_reason="")
    assert [*refused.value.problems] == ["against_wishes_reason"]
    assert "against_wishes_reason" not in answers_to(authority=world, item=item, agencies_told=["police"])
    do(authority=world, case=case, task="circulate_plan", agencies_told=["health"], against_wishes_reason="Zqwhy")
    with world.database.read() as connection:
        assert connection.scalars(select(SharedInformation.against_wishes_because)).all() == ["Zqwhy"]


def test_by_who_received_it_in_the_cases_that_the_reader_may_know_of(world: Authority) -> None:
    case, other = case_at(authority=world), refer(authority=world, children=[child(given_name="Ben")]).cases[0]
    shares(world, case)
    shares(world, other, agencies=["police"], others="The aunt", what="Zqother")
    assert [one.what for one in received(world, "health").shares] == ["Zqwhat: that he was not at school."]
    assert [one.what for one in received(world, SOMEBODY).shares] == ["Zqother"]
    assert received(world, "police", "auditor").cases_shown == (other,)
    with pytest.raises(NotAllowed):
        received(world, "health", "health_practitioner")
    with pytest.raises(NotFound):
        received(world, "nobody")
    bars(world, other)
    assert received(world, "police", number=2).shares == ()


def test_a_wish_holds_in_every_case_of_the_child_but_is_not_told_of_one_that_is_kept(world: Authority) -> None:
    case = closed(world)
    wishes(world, case, agencies=["police"])
    later = refer(authority=world, children=[child()], now=TUESDAY).cases[0]
    assert standing(world, later) == []
    same(world, later, case)
    assert standing(world, later) == ["Zqwish: where I sleep."]
    with pytest.raises(BadAnswers):
        shares(world, later, agencies=["police"])
    restricts(world, case)
    assert (standing(world, later), standing(world, later, number=2)) == (["Zqwish: where I sleep."], [])
    must_be_sound(world)


def test_after_a_join_the_wishes_and_the_shares_of_both_stand_in_the_one_that_goes_on(world: Authority) -> None:
    case = case_at(authority=world)
    wishes(world, case, agencies=["police"])
    shares(world, case)
    newer = refer(authority=world, children=[child()], now=MONDAY + HOUR).cases[0]
    wish = wishes(world, newer, what="Zqnewer", agencies=["education"])
    shares(world, newer, what="Zqnewer", agencies=["police"])
    same(world, newer, case)
    assert sorted(standing(world, case)) == ["Zqnewer", "Zqwish: where I sleep."]
    assert sorted(listed(world, case)) == ["Zqnewer", "Zqwhat: that he was not at school."]
    withdraw_wish(world.database, world.actor("social_worker"), TUESDAY, case, wish, OVER)
    must_be_sound(world)


def test_it_is_among_what_is_held_of_the_child_and_a_wish_is_given_only_with_a_reason(world: Authority) -> None:
    case = case_at(authority=world)
    wishes(world, case)
    shares(world, case, against_wishes_because="Zqbecause")
    request = asks_what_is_held(world, case)
    with world.database.read() as connection:
        held = request_at_work(connection, world.actor("privacy_officer"), request).held
    items = {item.words: item for item in held.items}
    assert not items["Zqwhat: that he was not at school."].has_others
    assert items["Zqwish: where I sleep."].has_others
    assert items["Zqbecause"].has_others
    assert "Health" in items


def test_it_is_erased_with_the_case(world: Authority) -> None:
    case = closed(world)
    wish = wishes(world, case)
    wishes(world, case, wish, agencies=["police"])
    shares(world, case)
    rules(world)
    decides(world, proposes(world, case))
    assert (faults(world), left_of(world, case), planted(world)) == ([], [], [])
    with world.database.read() as connection:
        for table in (SharedInformation, SharingWish):
            assert connection.execute(select(func.count()).select_from(table)).scalar_one() == 0


@pytest.mark.parametrize("process", ["assessment", "section_47_enquiry"])
def test_an_agency_that_does_not_contribute_is_asked_nothing_about_sharing(process: str) -> None:
    """Whatever stands in fields that a page without JavaScript shows all the same; and no reason against a wish."""
    form = shipped_model().form(process, "contribute") or {}
    refused = {"answer": "refused", "answered_on": "2013-09-01", "refusal_reason": "We do not know them."}
    said = check(form, {**refused, "consent_to_share": "refused"}, frozenset({"against_wishes"}), MONDAY)
    assert said == refused
    assert shared_by(form, said) is None


def test_a_story_in_which_they_refused_is_filled_in_with_a_reason_that_goes_with_it() -> None:
    """The first that there is says that nobody could be asked."""
    form = shipped_model().form("child_in_need_plan", "circulate_plan") or {}
    told = {"agencies_told": ["health"], "consent_to_share": "refused"}
    for consent, because in (("refused", "protects_a_child"), ("not_sought", "not_possible")):
        said, _ = fill(form, {**told, "consent_to_share": consent}, frozenset(), MONDAY)
        assert said["shared_without_consent"] == because
