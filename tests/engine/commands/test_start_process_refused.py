"""Whatever is sent as a referral and cannot be taken is refused, and opens nothing."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from engine.base.database import Database
from engine.base.errors import BadAnswers
from engine.commands.cases import start_process
from engine.people.identity import PUBLIC
from engine.tables import Act, Case, Team
from tests.builders import (
    HERE,
    MONDAY,
    Authority,
    all_rows,
    authority,
    child,
    referral,
)
from tests.protecting import on_a_plan


@pytest.mark.parametrize(
    "wrong",
    [
        {"children": []},
        {"children": [{"given_name": "Ada"}]},
        {"children": "Ada"},
        {"children": [child(born="2011-02-31")]},
        {"children": [child(born="9999-12-31")]},
        {"children": [child(nickname="A")]},
        {"received_at": "0001-01-01T00:00:00+00:00"},
        {"received_at": "2030-01-01T00:00:00Z"},
        {"typename": "x"},
        {"children": [child(typename="x")]},
        {"concerns": "x" * 5_000_000},
    ],
    ids=lambda wrong: str(wrong)[:60],
)
def test_a_referral_that_cannot_be_taken_opens_nothing(database: Database, wrong: dict[str, Any]) -> None:
    at = authority(database=database)
    before = all_rows(database=database)
    with pytest.raises(BadAnswers):
        start_process(database, PUBLIC.at(HERE), MONDAY, "referral", {**referral(authority=at), **wrong})
    assert all_rows(database=database) == before


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(
    anything=st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=8),
        lambda inner: (
            st.lists(inner, max_size=2)
            | st.dictionaries(st.sampled_from(["children", "given_name", "reply_by", "received_at"]), inner, max_size=3)
        ),
        max_leaves=8,
    )
)
def test_whatever_is_sent_as_a_referral_is_refused_and_never_a_fault(database: Database, anything: Any) -> None:
    with database.read() as connection:
        published = connection.execute(select(func.count()).select_from(Team)).scalar_one()
    at = Authority(database, HERE, "duty_team", "other_team") if published else authority(database=database)
    with pytest.raises(BadAnswers):
        start_process(database, PUBLIC.at(HERE), MONDAY, "referral", anything)
    with database.read() as connection:
        assert connection.execute(select(func.count()).select_from(Case)).scalar_one() == 0
        assert connection.execute(select(Act.kind)).scalars().all() == ["published"]
    assert at.team == "duty_team"


@pytest.mark.parametrize("anything", [None, "moved", 7, ["ground"], {"ground": ["reached_18"]}], ids=str)
def test_whatever_is_sent_to_end_a_plan_is_refused_and_never_a_fault(database: Database, anything: Any) -> None:
    at = authority(database=database)
    case, manager = on_a_plan(authority=at), at.actor("team_manager")
    with pytest.raises(BadAnswers):
        start_process(database, manager, MONDAY, "discontinuation", anything, case=case)
