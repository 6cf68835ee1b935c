"""The columns of a table are changed in its file, and nothing else of it is."""

from dataclasses import replace

import pytest

from engine.base.errors import BadModel
from engine.process.dmn_columns import GridInput, inputs_of, with_inputs, with_result
from engine.process.dmn_file import read_dmn, read_table
from tests.engine.process.test_dmn_cells import DESKTOP, MODELLED

PREFIXED = (MODELLED / "prefixed.dmn").read_bytes()
CAMUNDA = (MODELLED / "camunda_example.dmn").read_bytes()
FILE = "processes/referral/help.dmn"
BOTH = pytest.mark.parametrize("content", [DESKTOP, PREFIXED], ids=["desktop", "prefixed"])


@BOTH
def test_a_column_is_added_and_taken_out_again_to_the_byte(content: bytes) -> None:
    inputs = inputs_of(content, FILE)
    assert with_inputs(content, FILE, inputs) == content
    added = with_inputs(content, FILE, [*inputs, GridInput(0, 'Born & "seen"', "case.unborn")])
    table = read_table(added, FILE)
    assert (table.inputs[-1].path, table.inputs[-1].label) == ("case.unborn", 'Born & "seen"')
    assert all(row.cells[-1].takes_all for row in table.rows)
    assert with_inputs(added, FILE, inputs_of(added, FILE)[:-1]) == content


def test_columns_change_places_with_their_cells() -> None:
    inputs = inputs_of(DESKTOP, FILE)
    turned = with_inputs(DESKTOP, FILE, inputs[::-1])
    was, is_now = read_table(DESKTOP, FILE), read_table(turned, FILE)
    assert [row.cells[::-1] for row in is_now.rows] == [row.cells for row in was.rows]
    assert with_inputs(turned, FILE, inputs_of(turned, FILE)[::-1]) == DESKTOP


@BOTH
def test_a_column_is_called_otherwise_and_its_cells_stay(content: bytes) -> None:
    first, *others = inputs_of(content, FILE)
    made = with_inputs(content, FILE, [GridInput(1, "Danger <now>", first.reads), *others])
    assert read_table(made, FILE).inputs[0].label == "Danger <now>"
    assert made.replace(b' label="Danger &lt;now&gt;"', b"") in {content, content.replace(b' label="Response"', b"")}


def test_what_another_program_writes_is_shown_and_can_be_given_answers() -> None:
    """Its inputs are variables of their own, and its result has a capital letter."""
    with pytest.raises(BadModel, match="A column reads one answer") as refused:
        read_table(CAMUNDA, FILE)
    assert len(refused.value.problems) == 2
    assert [one.reads for one in inputs_of(CAMUNDA, FILE)] == ["response"]
    made = with_inputs(CAMUNDA, FILE, [GridInput(1, "Response", "decide_response.response")])
    made = with_result(made, FILE, "help_given")
    table = read_table(made, FILE)
    assert (table.inputs[0].path, table.inputs[0].kind, table.output) == ("decide_response.response", "", "help_given")
    assert b"inputValues" not in made
    assert b'biodi:width="192"' in made
    assert read_dmn(made, FILE).rules[0].get("id") == "DecisionRule_1kqzx0e"


@pytest.mark.parametrize(
    ("inputs", "words"),
    [
        ([], "at least one column"),
        ([GridInput(1, "a", "a.b"), GridInput(1, "a", "a.b")], "other columns by now"),
        ([*inputs_of(DESKTOP, FILE), replace(inputs_of(DESKTOP, FILE)[0], was=0)], "Another column reads this answer"),
        ([GridInput(7, "a", "a.b")], "other columns by now"),
        ([GridInput(1, "\x07", "a.b")], "cannot stand in a file|not well-formed"),
    ],
)
def test_what_would_be_no_table_is_refused(inputs: list[GridInput], words: str) -> None:
    with pytest.raises(BadModel, match=words):
        with_inputs(DESKTOP, FILE, inputs)
