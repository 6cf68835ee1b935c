"""Single cells of the table of clocks: what is not changed stays as it was written, byte for byte."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.base.errors import BadAnswers, NotFound
from engine.process.bundle import TIMESCALES
from engine.timescales.rules import Clock
from engine.timescales.table_cells import cells_of, with_cells
from engine.timescales.timescale_table import parse_timescales
from engine.timescales.typed_limit import cells_typed
from tests.builders import shipped, shipped_model

TABLE = shipped()[TIMESCALES]
RULES = shipped_model().rules
# Also as a spreadsheet and an old editor write it: with its mark at the beginning, with the ends of lines of Windows.
SPREADSHEET = b"\xef\xbb\xbf" + TABLE.replace(b"\n", b"\r\n")
ANY_LINE_ENDS = st.sampled_from([TABLE, SPREADSHEET, TABLE.rstrip(b"\n"), TABLE.replace(b"\n", b"\n\n")])
LETTERS = st.characters(exclude_categories=("Cs", "Cc", "Z")) | st.sampled_from(' ,"')
TITLES = st.text(LETTERS, min_size=1).filter(str.strip)
CELLS = {
    "title": TITLES,
    "limit": st.integers(1, 1000).map(str),
    "warn_before": st.sampled_from(["", "4 hours", "5 working days; 1 hour"]),
    "source": TITLES,
}


@pytest.mark.parametrize("content", [TABLE, SPREADSHEET])
def test_saying_what_stands_there_changes_nothing(content: bytes) -> None:
    assert all(with_cells(content, clock, cells_of(content, clock)) == content for clock in RULES)


def test_a_cell_that_is_quoted_without_need_stays_so() -> None:
    odd = TABLE.replace(b"acknowledgement,Acknowledge the referral,1,", b'acknowledgement, "Acknowledge" ,1 ,')
    changed = with_cells(odd, "acknowledgement", {"limit": "1", "title": '"Acknowledge"', "warn_before": "4 hours"})
    assert changed == odd.replace(b'""not_possible""",,,WT2013', b'""not_possible""",4 hours,,WT2013', 1)


def test_a_clock_that_is_not_there_is_not_found() -> None:
    with pytest.raises(NotFound):
        with_cells(TABLE, "nobody", {"limit": "1"})


@given(ANY_LINE_ENDS, st.sampled_from([*RULES]), st.sampled_from([*CELLS]), st.data())
def test_one_cell_changes_its_own_line_alone_and_is_read_back(
    content: bytes, clock: str, column: str, data: st.DataObject
) -> None:
    value = data.draw(CELLS[column])
    changed = with_cells(content, clock, {column: value})
    before, after = content.split(b"\n"), changed.split(b"\n")
    assert len(before) == len(after)
    differing = [old for old, new in zip(before, after, strict=True) if old != new]
    assert all(line.removeprefix(b"\xef\xbb\xbf").startswith(f"{clock},".encode()) for line in differing)
    assert cells_of(changed, clock) == {**cells_of(content, clock), column: value.strip()}
    if column != "limit" or RULES[clock].limit:
        assert {one: rule for one, rule in parse_timescales(changed, "").items() if rule != RULES[one]}.keys() <= {
            clock
        }


TYPED = {
    "title": st.sampled_from(["See them", " ", "x" * 121]),
    "limit": st.sampled_from(["5", " 1000 ", "0", "-3", "1001", "two", ""]),
    "unit": st.sampled_from(["hours", "working_days", "instant", "weeks"]),
    "warn_before": st.sampled_from(["", "4 hours", "5 working days;1 hour", "0 hours", "soon"]),
    "source": st.just("nobody’s"),
}


@given(st.sampled_from([*RULES.values()]), st.fixed_dictionaries({}, optional=TYPED))
def test_what_is_typed_is_refused_beside_its_field_or_gives_a_table_that_keeps_the_law(
    was: Clock, typed: dict[str, str]
) -> None:
    refused: dict[str, str] = {}
    cells: dict[str, str] = {}
    try:
        cells = cells_typed(was, typed)
    except BadAnswers as bad:
        refused = bad.problems
    wrong = {"title": (" ", "x" * 121), "limit": ("0", "-3", "1001", "two", ""), "unit": ("instant", "weeks")}
    wrong |= {"warn_before": ("0 hours", "soon")}
    asked = {"warn_before"} if was.kind == "statutory" else wrong.keys() - ({"limit", "unit"} if not was.limit else ())
    missing = {"title", "limit", "unit"} - typed.keys()
    assert refused.keys() == asked & {*missing, *(name for name in typed if typed[name] in wrong.get(name, ()))}
    if refused:
        return
    is_now = parse_timescales(with_cells(TABLE, was.id, cells), "")[was.id]
    assert (was.limit < 0, was.limit == 0, was.source) == (is_now.limit < 0, is_now.limit == 0, is_now.source)
    if was.kind == "statutory":
        assert (was.title, was.limit, was.unit) == (is_now.title, is_now.limit, is_now.unit)
