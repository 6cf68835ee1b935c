"""Which row fires, and what the rows leave open, against going through every answer there is."""

from itertools import product
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.decision_tables.cells import NUMBER, TEXT, TRUTH, Cell, Value, read_cell
from engine.decision_tables.covering import Covering, TooManyWays, possible
from engine.decision_tables.decision_table import DecisionTable, HitPolicy, TableInput, TableRow
from engine.expressions.syntax import BadExpression

PATHS: tuple[str, ...] = ("start.text", "start.number", "start.truth")
TEXTS, NUMBERS, TRUTHS = ("a", "b", "c"), tuple(number / 2 for number in range(-2, 12)), (True, False)
ANSWERS = list(product(TEXTS, NUMBERS, TRUTHS))
WRITTEN = (
    st.sampled_from(["-", '"a"', '"b", "c"', 'not("a")', 'not("b", "c")', 'not("a", "b", "c")']),
    st.one_of(
        st.sampled_from(["-", "0", "1,3", "not(2)", "not([1..4])", "[4..1]"]),
        st.builds("{}{}".format, st.sampled_from(["<", "<=", ">", ">="]), st.integers(0, 5)),
        st.builds(
            "{}{}..{}{}".format, st.sampled_from("[("), st.integers(0, 4), st.integers(1, 5), st.sampled_from("])")
        ),
    ),
    st.sampled_from(["-", "true", "false", "not(true)"]),
)
ROWS = st.lists(st.tuples(*WRITTEN), min_size=1, max_size=7)


def table(rows: list[tuple[str, ...]], policy: HitPolicy, paths: tuple[str, ...] = PATHS) -> DecisionTable:
    inputs = tuple(TableInput(path, path, "") for path in paths)
    cells = (tuple(map(read_cell, row)) for row in rows)
    found = tuple(TableRow(each, number, "", 0) for number, each in enumerate(cells, 1))
    return DecisionTable("a.dmn", "A table", policy, inputs, "way", "", found)


def hits(rows: list[tuple[str, ...]], answers: tuple[Value, ...]) -> list[int]:
    """By the cells alone, row by row, counted from 1."""
    holding = [all(map(Cell.takes, map(read_cell, row), answers)) for row in rows]
    return [number for number, holds in enumerate(holding, 1) if holds]


def covered(rows: list[tuple[str, ...]], policy: HitPolicy) -> Covering:
    made = table(rows, policy)
    columns = list(zip(*(row.cells for row in made.rows), strict=True))
    kinds = (TEXT, NUMBER, TRUTH)
    known = (TEXTS, None, None)
    return Covering(made, [possible(*one) for one in zip(kinds, columns, known, strict=True)])


@given(ROWS, st.sampled_from(ANSWERS))
def test_the_row_that_fires_is_the_first_or_the_only_one_that_holds(
    rows: list[tuple[str, ...]], answers: tuple[Value, ...]
) -> None:
    answered = dict(zip(PATHS, answers, strict=True))
    expected = hits(rows, answers)
    first, unique = table(rows, "FIRST"), table(rows, "UNIQUE")
    if expected:
        assert first.decide(answered.__getitem__).row == expected[0]
    else:
        with pytest.raises(BadExpression, match="No row of the table “A table” takes"):
            first.decide(answered.__getitem__)
    if len(expected) == 1:
        assert unique.decide(answered.__getitem__).row == expected[0]
    else:
        with pytest.raises(BadExpression):
            unique.decide(answered.__getitem__)


@given(ROWS)
def test_what_no_row_takes_is_found_and_nothing_else(rows: list[tuple[str, ...]]) -> None:
    """Between two numbers that the cells name all are alike: a half is as good as any."""
    open_answers = [answers for answers in ANSWERS if not hits(rows, answers)]
    left = covered(rows, "FIRST").left_open()
    assert (left is None) == (not open_answers)
    assert left is None or hits(rows, tuple(one.value for one in left)) == []


@given(ROWS)
def test_rows_that_can_never_fire_and_rows_that_overlap_are_those_that_enumeration_finds(
    rows: list[tuple[str, ...]],
) -> None:
    all_hits = [hits(rows, answers) for answers in ANSWERS]
    firing = {found[0] for found in all_hits if found}
    assert {number + 1 for number, _ in covered(rows, "FIRST").never()} == {*range(1, len(rows) + 1)} - firing
    both = {pair for found in all_hits for pair in product(found, found) if pair[0] < pair[1]}
    told = list(covered(rows, "UNIQUE").overlaps())
    assert {(first + 1, second + 1) for first, second, _ in told} == both
    for first, second, values in told:
        assert {first + 1, second + 1} <= {*hits(rows, tuple(one.value for one in values))}


def test_a_text_that_no_cell_names_is_taken_by_a_row_for_all_others() -> None:
    for last, left in (("-", None), ('not("a")', None), ('not("a", "b")', ['"b"']), ('"b"', ["anything else"])):
        made = table([('"a"',), (last,)], "FIRST", ("start.text",))
        found = Covering(made, [possible(TEXT, [row.cells[0] for row in made.rows])]).left_open()
        assert (found and [str(one) for one in found]) == left


def test_of_whole_numbers_there_is_none_between_two() -> None:
    made = table([("<= 1",), (">= 2",)], "UNIQUE", ("start.number",))
    cells = [row.cells[0] for row in made.rows]
    assert Covering(made, [possible(NUMBER, cells, whole=True)]).left_open() is None
    assert str((Covering(made, [possible(NUMBER, cells)]).left_open() or ("",))[0]) == "1.5"


def test_a_table_with_too_many_combinations_is_given_up_in_time() -> None:
    """Rows that each look at two of twenty columns share nothing that could be put together."""
    wide = [tuple("true" if place in (row % 19, 19 - row // 19) else "-" for place in range(20)) for row in range(190)]
    made = table(wide, "FIRST", tuple(f"start.n{number}" for number in range(20)))
    one = Covering(made, [possible(TRUTH, ())] * 20)

    def ask_on() -> None:
        while True:  # the steps of all questions count together
            list(one.never())

    begun = process_time()
    with pytest.raises(TooManyWays):
        ask_on()
    assert list(one.overlaps())
    assert process_time() - begun < 2


def test_a_table_with_too_many_values_is_not_begun() -> None:
    """As many ranges as a table can hold, each of them different."""
    ranges = [[f"[{70 * row + 10 * each}..{70 * row + 10 * each + 9}]" for each in range(7)] for row in range(200)]
    made = table([(", ".join(row),) for row in ranges], "UNIQUE", ("start.number",))
    named = possible(NUMBER, [row.cells[0] for row in made.rows])
    with pytest.raises(TooManyWays):
        Covering(made, [named])
    fewer = table([(row[0],) for row in ranges], "UNIQUE", ("start.number",))
    assert Covering(fewer, [possible(NUMBER, [row.cells[0] for row in fewer.rows])]).left_open() is not None
