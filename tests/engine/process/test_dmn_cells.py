"""Files of several modellers: read to the same rows, and written with other ones byte by byte as they were."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.base.errors import BadModel
from engine.forms.checks import KNOWN_CHECKS
from engine.lint import lint
from engine.process.dmn_cells import GridRow, rows_of, with_policy, with_rows
from engine.process.dmn_file import read_dmn, read_table
from tests.deciding import ROWS, deciding, dmn

MODELLED = Path(__file__).parent / "modelled_tables"
DESKTOP = (MODELLED / "desktop_modeller.dmn").read_bytes()
PREFIXED = (MODELLED / "prefixed.dmn").read_bytes()
OWN = dmn().encode()
FILES = {
    "own": OWN,
    "desktop": DESKTOP,
    "prefixed": PREFIXED,
    "lines of Windows": DESKTOP.replace(b"\n", b"\r\n"),
    "byte order mark": b"\xef\xbb\xbf" + PREFIXED,
}
EACH = pytest.mark.parametrize("content", FILES.values(), ids=FILES.keys())


def cells(content: bytes) -> list[tuple[str, ...]]:
    return [row.cells for row in rows_of(content, "a.dmn")]


def written(content: bytes, rows: list[GridRow]) -> bytes:
    return with_rows(content, "a.dmn", rows)


def test_what_a_file_holds_is_read() -> None:
    assert cells(OWN) == [*ROWS]
    assert cells(DESKTOP)[0] == ('"early_help","no_further_action"', '"yes"', '"strategy_discussion"')
    assert cells(DESKTOP)[1][1:] == ("", '"assessment"')
    assert cells(PREFIXED) == [("< 2", "10"), ("[2..5]", "5"), ("> 5", "1")]
    read = read_dmn(DESKTOP, "a.dmn")
    assert [(one.path, one.label) for one in read.inputs] == [
        ("decide_response.response", "Response"),
        ("start.immediate_danger", "Danger"),
    ]


def test_a_file_of_another_modeller_decides_as_its_rows_say() -> None:
    never = ("immediate_protection", "no_further_action")
    asked = [(f'check_response.way == "{one}"', f'decide_response.response == "{one}"') for one in never]
    files = deciding(DESKTOP.decode(), *asked)
    assert [one.message for one in lint(files, known_checks=KNOWN_CHECKS) if one.level == "fault"] == []
    table = read_table(PREFIXED, "a.dmn")
    assert [table.decide({"start.count": count}.__getitem__).value for count in (1, 2, 5, 6)] == [10, 5, 5, 1]


@EACH
def test_without_a_change_the_bytes_are_the_same(content: bytes) -> None:
    assert written(content, [*rows_of(content, "a.dmn")]) == content


@EACH
def test_a_changed_cell_changes_its_own_bytes_alone(content: bytes) -> None:
    rows = [*rows_of(content, "a.dmn")]
    for number, row in enumerate(rows):
        for column in range(len(row.cells)):
            changed = tuple('"a" & <b>' if place == column else cell for place, cell in enumerate(row.cells))
            made = written(content, [*rows[:number], replace(row, cells=changed), *rows[number + 1 :]])
            assert cells(made)[number] == changed
            back = written(made, [*rows_of(content, "a.dmn")])
            assert cells(back) == cells(content)
            begin, end = _differing(content, made)
            assert begin - end < 120
            assert made.count(b"\n") == content.count(b"\n")


def _differing(one: bytes, other: bytes) -> tuple[int, int]:
    """How many bytes of the first are not the same as in the other, at the beginning and at the end."""
    same = next((at for at in range(min(len(one), len(other))) if one[at] != other[at]), min(len(one), len(other)))
    tail = next((at for at in range(1, len(one) - same) if one[-at] != other[-at]), len(one) - same)
    return len(one) - tail + 1, same


@EACH
def test_rows_are_added_taken_out_and_moved(content: bytes) -> None:
    rows = [*rows_of(content, "a.dmn")]
    new = GridRow(0, rows[0].cells)
    made = written(content, [*rows, new])
    assert cells(made) == [*cells(content), new.cells]
    assert written(made, [*rows_of(made, "a.dmn")][:-1]) == content
    assert cells(written(content, [new, *rows])) == [new.cells, *cells(content)]
    assert cells(written(content, [*reversed(rows)])) == [*reversed(cells(content))]
    assert cells(written(content, rows[1:])) == cells(content)[1:]
    assert cells(written(content, [rows[0], new, new, *rows[1:]])) == [
        cells(content)[0],
        *[new.cells] * 2,
        *cells(content)[1:],
    ]


def test_a_new_row_is_laid_out_as_the_one_before_it_with_ids_of_its_own() -> None:
    made = written(DESKTOP, [*rows_of(DESKTOP, "a.dmn"), GridRow(0, ("-", "", '"assessment"'))]).decode()
    assert made.split("</rule>")[3] == (
        '\n      <rule id="added_4">\n        <inputEntry id="added_1"><text>-</text></inputEntry>\n'
        '        <inputEntry id="added_2"><text></text></inputEntry>\n'
        '        <outputEntry id="added_3"><text>"assessment"</text></outputEntry>\n      '
    )
    twice = written(made.encode(), [*rows_of(made.encode(), "a.dmn"), GridRow(0, ("-", "", '"assessment"'))])
    assert twice.count(b"<rule id=") == len(set(twice.split(b'<rule id="'))) - 1 == 5


def test_what_cannot_be_written_is_refused() -> None:
    rows = [*rows_of(OWN, "a.dmn")]
    for wrong in (
        [],
        rows * 40,
        [GridRow(9, rows[0].cells)],
        [GridRow(1, ("-",))],
        [replace(rows[0], cells=("\x00", "-", "5"))],
    ):
        with pytest.raises(BadModel):
            written(OWN, wrong)
    for odd in (b"<a/>", b"<!DOCTYPE a><a/>", b"", OWN[:-9]):
        with pytest.raises(BadModel):
            rows_of(odd, "a.dmn")


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=12).map(str.strip)


@settings(max_examples=25)
@given(st.sampled_from([OWN, DESKTOP, PREFIXED]), st.data())
def test_whatever_is_typed_comes_back(content: bytes, data: st.DataObject) -> None:
    rows = rows_of(content, "a.dmn")
    cell = st.tuples(*[TEXTS] * len(rows[0].cells))
    wanted = data.draw(st.lists(st.builds(GridRow, st.integers(0, len(rows)), cell), min_size=1, max_size=6))
    assert cells(written(content, wanted)) == [row.cells for row in wanted]


@EACH
def test_the_hit_policy_is_changed_and_put_back(content: bytes) -> None:
    was = read_dmn(content, "a.dmn").hit_policy
    other = "UNIQUE" if was == "FIRST" else "FIRST"
    made = with_policy(content, "a.dmn", other)
    assert read_dmn(made, "a.dmn").hit_policy == other
    assert cells(with_policy(made, "a.dmn", was)) == cells(content)
    assert with_policy(content, "a.dmn", was) is content
    for wrong in ("COLLECT", "", 'FIRST" aggregation="SUM'):
        with pytest.raises(BadModel):
            with_policy(content, "a.dmn", wrong)
