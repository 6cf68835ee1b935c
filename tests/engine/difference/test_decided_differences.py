"""Decision tables: each part of one is changed by itself, and found in words; a row is said as a condition is."""

import dataclasses
from collections.abc import Mapping
from functools import cache
from typing import Any

import pytest

from engine.decision_tables.decision_table import DecisionTable, TableInput
from engine.difference.between_models import ONLY_LAYOUT, differences_between
from engine.process.bundle import Model, read_bundle
from engine.process.dmn_columns import GridInput, inputs_of, with_inputs
from tests.builders import shipped_model
from tests.deciding import INPUTS, ROWS, TABLE, deciding, dmn

MADE: Mapping[str, tuple[Mapping[str, Any], str]] = {
    "name": ({"name": "Another"}, "now called “Another”; before: called “The safe response”"),
    "hit_policy": ({"policy": "UNIQUE"}, "now with one row at most that holds"),
    "inputs": ({"inputs": (INPUTS[0], "start.reply_by")}, "“How should we reply?”"),
    "output": ({"output": "reply"}, "now deciding what is called “Reply”"),
    "output_kind": ({"types": {"way": "string"}}, "now deciding "),
    "rows": ({"rows": (*ROWS[:3], *ROWS[4:])}, "no longer has the row: “What does this child need from us?” is “Early"),
}


@cache
def with_table(text: str) -> Model:
    return read_bundle(deciding(text))


@pytest.mark.parametrize("part", [one.name for one in dataclasses.fields(DecisionTable) if one.name != "file"])
def test_each_part_of_a_table(part: str) -> None:
    """Its file is what the property of its task names."""
    changes, words = MADE[part]
    found = differences_between(with_table(dmn()), with_table(dmn(**changes)))
    assert {(one.about, one.subject) for one in found} == {("element", "check_response")}
    assert any(words in one.words for one in found), [one.words for one in found]


def test_what_stands_above_a_column_is_known_to_these_tests() -> None:
    assert {one.name for one in dataclasses.fields(TableInput)} == {"path", "label", "kind", "whole"}


def test_of_a_new_table_every_row_is_said_and_of_a_cell_spaced_otherwise_nothing() -> None:
    found = differences_between(shipped_model(), with_table(dmn()))
    (new,) = (one.words for one in found if one.subject == "check_response")
    assert "(1) “What does this child need from us?” is “Early help, without social care” or “Nothing further" in new
    assert "(6) whatever was answered: “Assessment”" in new
    spaced = (
        dmn().replace("&quot;early_help&quot;, ", "&quot;early_help&quot;,").replace('"early_help", ', '"early_help",')
    )
    (one,) = differences_between(with_table(dmn()), with_table(spaced))
    assert one.words == ONLY_LAYOUT
    turned = differences_between(with_table(dmn()), with_table(dmn((ROWS[1], ROWS[0], *ROWS[2:]))))
    assert [one.words for one in turned] == [
        "“Which way is safe?”, the table “The safe response”: its rows stand in another order now."
    ]


def test_of_other_columns_those_rows_are_said_that_take_other_answers() -> None:
    """A column that takes whatever was answered changes none, nor does one that stands elsewhere or is called so."""
    told = "the table “The safe response”: now reading"
    content = dmn().encode()
    inputs = inputs_of(content, TABLE)
    for made in (
        [*inputs, GridInput(0, "Unborn", "case.unborn")],
        inputs[::-1],
        [GridInput(1, "Other words", inputs[0].reads), inputs[1]],
    ):
        (one,) = differences_between(with_table(dmn()), with_table(with_inputs(content, TABLE, made).decode()))
        assert told in one.words
    without = with_inputs(content, TABLE, inputs[:1]).decode()
    reading, new, gone = differences_between(with_table(dmn()), with_table(without))
    assert told in reading.words
    assert "now has the row: “What does this child need from us?” is “Early help, without social care” or" in new.words
    assert "and “Is a child in danger right now?” is “Yes”: “Strategy discussion”." in gone.words
