"""What a record says of shares, delays and hours, counted by hand; and what it has too little of stays assumed."""

from datetime import timedelta

import pytest

from engine.base.database import Database
from engine.simulate.chance import HOUR, Office, stream
from engine.simulate.rates import Span, rates
from engine.timescales.calendar import Calendar
from engine.trial import recorded_rates as recorded
from engine.trial.recorded_rates import RestsOn, recorded_rates
from tests.builders import HERE, MONDAY, authority, case_at, shipped_model

DECIDE = "referral.decide_response"
RESPONSE = f"{DECIDE}.response"


def test_rates_are_those_of_the_record_where_it_has_enough(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of three cases two were decided, both for an assessment, on the day on which they came."""
    at = authority(database=database)
    table, model = rates(), shipped_model()
    for point in ("assessing", "assessing", "deciding"):
        case_at(authority=at, point=point)
    assumed, nothing = recorded_rates(database, HERE, model, table)
    assert (assumed, nothing) == (table, RestsOn(3, 3))
    monkeypatch.setattr(recorded, "LEAST", 2)
    drawn, rests_on = recorded_rates(database, HERE, model, table)
    assert table.chosen[RESPONSE] != {"assessment": 1.0}
    assert drawn.chosen[RESPONSE] == {"assessment": 1.0}
    assert drawn.waits[DECIDE].span == Span(table.waits[DECIDE].span.unit, (0.0, 0.0, 0.0))
    assert drawn.begins == table.begins
    local = MONDAY.astimezone(recorded.LONDON)
    hours = drawn.hours["social_worker"]
    assert (hours.opens, hours.every_day) == (f"{local.hour:02}:00", False)
    assert "the answers to" in rests_on.in_words()
    words = {choice for shares in drawn.chosen.values() for choice in shares}
    assert not any("Ada" in word for word in words)
    monkeypatch.setattr(recorded, "LEAST", 3)
    assert recorded_rates(database, HERE, model, table)[0].chosen[RESPONSE] == table.chosen[RESPONSE]


def test_what_is_drawn_lies_as_what_was_recorded() -> None:
    """Half of it below the median, and one in twenty beyond the margin."""
    span = recorded._span("hours", [float(number) for number in range(100)])
    drawn = sorted(recorded_draws(span))
    assert abs(drawn[500] - 50) < 5
    assert abs(drawn[950] - 95) < 8


def recorded_draws(span: Span) -> list[float]:
    office = Office("00:00", "23:59", every_day=True)
    random = stream("a record")
    return [(office.after(random, MONDAY, span, at_any_hour=True) - MONDAY) / HOUR for _ in range(1000)]


def test_a_role_that_works_on_free_days_is_not_put_off() -> None:
    saturday = MONDAY + timedelta(days=5)
    assert Office("08:00", "18:00", every_day=True).next_open(stream(1), saturday) == saturday
    assert Office("08:00", "18:00").next_open(stream(1), saturday) > saturday + timedelta(days=1)
    night = saturday + timedelta(hours=14)
    assert Office("08:00", "18:00", every_day=True).next_open(stream(1), night) < night + timedelta(days=1)
    free = [saturday + timedelta(days=7 * week) for week in range(5)]
    assert recorded._hours_of(free, Calendar()).every_day
    assert not recorded._hours_of([MONDAY + timedelta(days=day) for day in range(5)], Calendar()).every_day
