"""Chance that can be had again, families that are always the same, and a table that must fit the models."""

import tomllib
from dataclasses import replace
from datetime import UTC, date, datetime
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.base.clock import LONDON
from engine.base.errors import NotPossible
from engine.forms.questions import SEVERAL
from engine.simulate.chance import Office, drawn, stream
from engine.simulate.families import FamilyReferred, referred
from engine.simulate.rates import TABLE, Rates, Span, TaskWait, must_fit, rates
from engine.timescales.calendar import day_of, start_of
from tests.builders import ROOT, shipped_model

OFFICE = Office("08:30", "17:30")
MOMENTS = st.datetimes(datetime(2019, 1, 1), datetime(2026, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(st.integers(), MOMENTS, st.sampled_from([Span("hours", (0.5, 3, 40)), Span("working_days", (0.1, 2, 9))]))
@settings(max_examples=30)
def test_people_work_later_and_while_the_office_is_open(seed: int, start: datetime, span: Span) -> None:
    at = OFFICE.after(Random(seed), start, span)  # noqa: S311
    assert at > start
    if span.unit == "hours":
        assert OFFICE.is_open(at)
    local = OFFICE.any_time(Random(seed), start.date()).astimezone(LONDON)  # noqa: S311
    assert OFFICE.opens <= local.time() < OFFICE.closes


@given(st.integers(), st.dates(date(2019, 1, 1), date(2026, 1, 1)))
@settings(max_examples=30)
def test_out_of_hours_is_while_it_is_closed(seed: int, day: date) -> None:
    assert not OFFICE.is_open(OFFICE.out_of_hours(Random(seed), day))  # noqa: S311


def test_half_of_the_draws_lie_below_the_median() -> None:
    random = stream("median")
    numbers = [drawn(random, Span("hours", (1, 5, 50))) for _ in range(2000)]
    assert 900 < sum(number < 5 for number in numbers) < 1100
    assert (min(numbers) >= 1, max(numbers) <= 50) == (True, True)


def families(seed: int, children: int = 60, table: Rates | None = None) -> list[FamilyReferred]:
    return referred(table or rates(), OFFICE, seed, "somewhere", children, date(2021, 4, 1), 24)


def test_families_are_the_same_for_one_seed_and_as_many_as_were_asked_for() -> None:
    found = families(1)
    assert found == families(1)
    assert found != families(2)
    assert found == sorted(found, key=lambda one: one.at)
    first = [one for one in found if not one.name.endswith("again")]
    assert sum(len(one.children) for one in first) == 60
    assert len(found) > len(first)
    assert start_of(date(2021, 4, 1)) <= found[0].at < found[-1].at < start_of(date(2023, 4, 1))


def test_every_child_is_under_18_or_expected() -> None:
    for one in families(3, 300):
        for child in one.children:
            told = child.told(day_of(one.at))
            assert ("born" in told) != ("expected" in told)
            assert (day_of(one.at) - child.born).days < 18 * 365


def test_emergencies_come_at_night() -> None:
    emergencies = [one for one in families(1, 2000) if one.in_danger]
    at_night = [one for one in emergencies if not OFFICE.is_open(one.at)]
    assert len(emergencies) > 15
    assert len(at_night) > len(emergencies) / 3


def test_the_table_fits_the_models_and_its_shares_are_whole() -> None:
    must_fit(rates(), shipped_model())
    for path, shares in rates().chosen.items():
        process, task, field = path.split(".")
        question = next(one for one in shipped_model().every_question(process, task) if one.id == field)
        if question.kind not in SEVERAL:
            for time in range(1, 6):
                assert sum(rates().share(path, value, time) for value in shares) == pytest.approx(1), (path, time)


@pytest.mark.parametrize(
    ("table", "named"),
    [
        (replace(rates(), chosen={"referral.start.no_such_question": {"yes": 1}}), "referral.start.no_such_question"),
        (replace(rates(), chosen={"referral.start.source": {"nobody": 1}}), "referral.start.source=nobody"),
        (
            replace(rates(), planned={"referral.no_such_task.source": Span("days", (1, 2))}),
            "referral.no_such_task.source",
        ),
        (replace(rates(), waits={"referral.no_such_task": TaskWait(Span("days", (1, 2)))}), "referral.no_such_task"),
        (
            replace(rates(), waits={"referral.decide_response": TaskWait(Span("days", (1, 2)), on="no_such_day")}),
            "referral.no_such_day",
        ),
        (replace(rates(), staff={"each": {"no_such_role": 3}}), "no_such_role"),
    ],
)
def test_a_table_that_does_not_fit_is_refused(table: Rates, named: str) -> None:
    with pytest.raises(NotPossible, match=named):
        must_fit(table, shipped_model())


def test_every_rate_names_a_source() -> None:
    """Each has a publication, or says that it is assumed; the page says each of them too."""
    table = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    rows = [*table["begins"], *table["chosen"], *table["planned"], *table["waits"]["task"]]
    rows += [one for group in ("referrals", "waits") for one in table[group].values() if isinstance(one, dict)]
    assert {row["source"] for row in rows} == {*table["sources"]}
    page = (ROOT / "docs" / "simulate.md").read_text(encoding="utf-8")
    assert [source for source in table["sources"].values() if source not in page] == []
