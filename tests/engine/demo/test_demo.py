"""The demonstration is there for whoever starts it, on whatever day and at whatever hour."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, select, update

from engine.base.database import Database
from engine.base.errors import NotPossible, RefusalCode
from engine.demo.dates import resolved
from engine.demo.staff import described
from engine.demo.writing import Holds, held, told, write
from engine.process.bundle import Model
from engine.reads.audit.who_looked import watched
from engine.scenario.databases import Fresh, temporary
from engine.scenario.names import person_name
from engine.tables import Account, Act, Case, Deadline, Person, Table, WorkItem
from engine.timescales.calendar import Calendar, day_of
from tests.amount import some_of
from tests.builders import ROOT, shipped_model
from tests.engine.record.hand import take_triggers_away
from tests.saving import saved

SUNDAY_NIGHT = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
MOMENTS = {
    "Sunday at three in the morning": SUNDAY_NIGHT,
    "just after midnight on a Monday": datetime(2026, 11, 23, 0, 5, tzinfo=UTC),
    "a Wednesday afternoon": datetime(2026, 6, 17, 14, 20, tzinfo=UTC),
    "Christmas Day": datetime(2027, 12, 25, 12, 0, tzinfo=UTC),
    "New Year's Day": datetime(2028, 1, 1, 0, 1, tzinfo=UTC),
    "Easter Monday": datetime(2026, 4, 6, 9, 0, tzinfo=UTC),
    "the hour that comes twice": datetime(2026, 10, 25, 1, 30, tzinfo=UTC),
    "the hour that is left out": datetime(2026, 3, 29, 1, 10, tzinfo=UTC),
}
OPEN = {
    "Kai": {"acknowledge_referral", "clarify_referral", "decide_response"},
    "Amina": {"decide_response"},
    "Leo": {"write_assessment", "contribute"},
    "Jasmine": {"write_assessment", "contribute", "explain_overrun"},
    "Oskar": {"review_plan", "tell_what_was_done"},
    "Ruby": {"hold_core_group", "record_visit", "bring_forward_review", "circulate_record", "follow_up_actions"},
}


@pytest.fixture
def model() -> Model:
    return shipped_model()


def written(database: Database, now: datetime = SUNDAY_NIGHT) -> Database:
    demonstration(database=database, now=now)
    return database


@saved
def demonstration(*, database: Database, now: datetime) -> str:
    write(database, now, ROOT)
    return "demonstration"


def rows(database: Database, *columns: Any) -> list[Any]:
    with database.read() as connection:
        return list(connection.execute(select(*columns)))


def open_tasks(database: Database) -> dict[str, set[str]]:
    statement = (
        select(Person.given_name, WorkItem.element)
        .join(Case, Case.person_id == Person.id)
        .join(WorkItem, WorkItem.case_id == Case.id)
        .where(WorkItem.closed_at.is_(None))
    )
    found: dict[str, set[str]] = {}
    with database.read() as connection:
        for child, task in connection.execute(statement):
            found.setdefault(child, set()).add(task)
    return found


def test_seven_cases_stand_at_different_points(database: Database) -> None:
    written(database)
    assert open_tasks(database) == OPEN
    assert sorted(bool(row.closed_at) for row in rows(database, Case.closed_at)) == [False] * 6 + [True]


@pytest.mark.parametrize("moment", some_of(MOMENTS, 3))
def test_it_can_be_written_at_any_moment(moment: str, fresh: Fresh) -> None:
    database, now = fresh(), MOMENTS[moment]
    write(database, now, ROOT)
    assert open_tasks(database) == OPEN
    assert latest(database) <= now


def latest(database: Database) -> datetime:
    """The latest moment at which anything is said to have happened."""
    happened = {"at", "opened_at", "closed_at", "claimed_at", "created_at", "started_at", "ended_at", "met_at"}
    columns = [column for table in Table.metadata.sorted_tables for column in table.columns if column.name in happened]
    with database.read() as connection:
        found = [connection.execute(select(func.max(column))).scalar_one() for column in columns]
    return max(moment for moment in found if moment is not None)


@pytest.fixture(scope="module")
def fresh() -> Any:
    with temporary(ROOT) as prepared:

        def without_people() -> Database:
            database = prepared()
            with database.transaction() as connection:
                take_triggers_away(connection)
                for table in reversed(Table.metadata.sorted_tables):
                    if table.name not in ("bundle", "bundle_file"):
                        connection.execute(delete(table))
            return database

        yield without_people


@given(st.datetimes(datetime(2024, 1, 1), datetime(2034, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
@settings(max_examples=150)
def test_what_happened_lies_in_the_past_and_in_order(now: datetime) -> None:
    """Stories whose times are not in order, or in which somebody does office work at night, are not told at all."""
    for story in told(now):
        assert all(step.at <= now for step in story.steps)
        assert [step.at for step in story.steps] == sorted(step.at for step in story.steps)
        for step in story.steps:
            if now - step.at > timedelta(hours=1):
                assert Calendar().is_working_day(day_of(step.at))


@given(st.datetimes(datetime(2024, 1, 1), datetime(2034, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
@settings(max_examples=150)
def test_what_is_planned_lies_ahead(now: datetime) -> None:
    (plan,) = [step for story in told(now) for step in story.steps if step.target == "agree_plan"]
    assert plan.answers["review_date"] > day_of(now)


def test_one_conference_was_late_with_a_reason_and_was_seen_to_be_late(database: Database) -> None:
    """What an auditor finds in the demonstration."""
    written(database)
    late = [
        row
        for row in rows(
            database, Deadline.case_id, Deadline.clock, Deadline.due_at, Deadline.met_at, Deadline.late_reason
        )
        if row.clock == "initial_conference" and row.met_at > row.due_at
    ]
    assert len(late) == 1
    assert "appendicitis" in late[0].late_reason
    with database.read() as connection:
        (seen,) = watched(connection, [late[0].case_id], [(late[0].due_at, late[0].met_at)])
    assert len({one.account for one in seen if one.opened}) >= 3


def test_every_role_that_has_an_account_has_somebody(model: Model) -> None:
    roles = {person_name(person).role for person in described()["person"]}
    assert roles == {role.id for role in model.roles.values() if role.account}


def test_every_agency_has_a_team_with_a_name(model: Model) -> None:
    assert described()["team"].keys() == model.agencies.keys()


def test_nobody_can_be_written_to_and_nobody_has_a_password(database: Database) -> None:
    accounts = rows(written(database), Account.email, Account.password_hash)
    assert len(accounts) == len(described()["person"])
    assert all(email.endswith(".example") and password is None for email, password in accounts)


def test_nothing_in_it_was_filled_in() -> None:
    assert all(story.strict for story in told(SUNDAY_NIGHT))


def test_the_waiting_referral_is_due_on_the_next_working_day_at_the_latest(database: Database) -> None:
    written(database)
    due = rows(database, Deadline.due_at, Deadline.clock, Deadline.met_at)
    waiting = [row.due_at for row in due if row.clock == "response_decision" and row.met_at is None]
    assert max(map(day_of, waiting)) == date(2026, 11, 23)


def test_it_is_written_in_the_order_of_time(database: Database) -> None:
    """As it would have been: each chain tells its story from the first day to the last."""
    chains: dict[str, list[datetime]] = {}
    for chain, _, at in sorted(rows(written(database), Act.chain, Act.number, Act.at)):
        chains.setdefault(chain, []).append(at)
    assert all(moments == sorted(moments) for chain, moments in chains.items() if chain.startswith("case:"))


def test_a_database_with_anything_in_it_is_refused(database: Database) -> None:
    assert held(database) is Holds.NOTHING
    written(database)
    assert held(database) is Holds.DEMONSTRATION
    with pytest.raises(NotPossible, match="holds the demonstration"):
        write(database, SUNDAY_NIGHT, ROOT)


def test_what_is_not_the_demonstrations_is_known(database: Database) -> None:
    written(database)
    with database.transaction() as connection:
        connection.execute(update(Account).where(Account.name == "Priya Raman").values(email="p@real.org"))
    assert held(database) is Holds.OTHER


def test_writing_that_was_cut_short_is_known(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise NotPossible("pulled the plug", code=RefusalCode.STORY_FAILS)

    monkeypatch.setattr("engine.demo.writing.play", fail)
    with pytest.raises(NotPossible, match="pulled the plug"):
        written(database)
    assert held(database) is Holds.HALF


@pytest.mark.parametrize(
    ("relative", "absolute"),
    [
        ({"ago": "1 working day", "time": "09:20"}, datetime(2026, 11, 20, 9, 20, tzinfo=UTC)),
        ({"ago": "40 minutes"}, datetime(2026, 11, 22, 2, 20, tzinfo=UTC)),
        ({"in": "4 working days"}, date(2026, 11, 26)),
        ({"ago": "10 days"}, date(2026, 11, 12)),
        ({"with": [{"ago": "1 day"}]}, {"with": [date(2026, 11, 21)]}),
        ("text", "text"),
    ],
)
def test_times_are_counted_from_now(relative: Any, absolute: Any) -> None:
    assert resolved(relative, SUNDAY_NIGHT) == absolute


def test_a_span_that_is_not_known_is_an_error() -> None:
    with pytest.raises(ValueError, match="minutes, days or working days"):
        resolved({"ago": "2 fortnights"}, SUNDAY_NIGHT)
