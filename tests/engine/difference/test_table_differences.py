"""Tables and the edition: each column of each row is changed by itself, and found in words."""

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from engine.difference.between_models import differences_between
from engine.timescales.rules import DateRule, Event, Notice
from tests.builders import shipped_model
from tests.engine.difference.made_otherwise import CLOCK, said, sentences

EVENT = Event("ended", "referral")
OTHER: Mapping[type, Callable[[Any], Any]] = {
    str: lambda value: f"{value}x",
    bool: lambda value: not value,
    int: lambda value: value + 1,
    tuple: lambda value: (*value, EVENT),
    frozenset: lambda value: value ^ {"leads"},
    date: lambda value: value.replace(year=value.year + 1),
    dict: lambda value: {**value, "board": "Another board"},
    DateRule: lambda _value: DateRule(named="coming of age"),
    type(None): lambda _value: "child_died",
}


TABLES: Mapping[str, tuple[str, str, str]] = {
    "rules": (CLOCK, "time limit", "Complete and authorise the assessment"),
    "roles": ("team_manager", "role", "Team manager"),
    "agencies": ("police", "agency", "Police"),
    "groups": ("core_group", "group", "the core group, and those who were sent its plan"),
    "messages": ("assessment_required", "message", "Assessment required"),
    "duties": ("A-06", "duty", "The assessment covers three domains"),
}
CELLS: Mapping[str, Any] = {
    "unit": "hours",
    "kind": "local",
    "scope": "case",
    "protects": "police",
    "warn_before": (Notice(3, "hours"),),
    "payload": ("told",),
    "effects": ("ends_plan",),
}


def columns() -> list[tuple[str, str]]:
    """But for those by which a row is known."""
    known = {table: getattr(shipped_model(), table)[row] for table, (row, _, _) in TABLES.items()}
    both = [(table, field.name) for table, row in known.items() for field in dataclasses.fields(row)]
    return [one for one in both if one[1] != "id" and one != ("messages", "name")]


@pytest.mark.parametrize(("table", "column"), columns())
def test_each_column_of_a_table(table: str, column: str) -> None:
    row, about, title = TABLES[table]
    rows = getattr(shipped_model(), table)
    before = getattr(rows[row], column)
    value = CELLS.get(column, OTHER[type(before)](before))
    found = [
        one
        for one in said(replace(shipped_model(), **{table: {**rows, row: replace(rows[row], **{column: value})}}))
        if one.about == about
    ]
    assert [one.subject for one in found] == [row]
    assert title in found[0].words


@pytest.mark.parametrize("table", TABLES)
def test_a_row_that_is_new_or_gone_and_the_order_of_rows(table: str) -> None:
    row, about, title = TABLES[table]
    rows = getattr(shipped_model(), table)
    without = replace(shipped_model(), **{table: {key: value for key, value in rows.items() if key != row}})
    gone, new = said(without), differences_between(without, replace(shipped_model(), hash="other"))
    for found, kind in ((gone, "removed"), (new, "added")):
        assert [title in one.words for one in found if (one.about, one.subject, one.kind) == (about, row, kind)] == [
            True
        ]
    (order,) = said(replace(shipped_model(), **{table: dict(reversed(rows.items()))}))
    assert (order.about, order.kind) == (about, "moved")


@pytest.mark.parametrize("name", [field.name for field in dataclasses.fields(shipped_model().edition)])
def test_each_part_of_the_edition(name: str) -> None:
    edition = shipped_model().edition
    value = getattr(edition, name)
    other = OTHER[type(value)](value)
    (one,) = said(replace(shipped_model(), edition=replace(edition, **{name: other})))
    assert one.about == "edition"
    assert {"words": "Another board", "in_force": "15 April 2014"}.get(name, str(other)) in one.words


def test_the_days_of_the_example_are_those_that_the_engine_calculates() -> None:
    """45 working days from Monday 2 March 2026, with Good Friday, Easter Monday and the May Day between."""
    rules = shipped_model().rules
    other = replace(shipped_model(), rules={**rules, CLOCK: replace(rules[CLOCK], limit=40)})
    (words,) = sentences(other)
    assert words == (
        "The time limit “Complete and authorise the assessment”: now 40 working days; before: 45 working days. For "
        "example: counted from Monday 2 March 2026, it is due on Wednesday 29 April 2026; before, it was due on "
        "Thursday 7 May 2026."
    )
