"""`throughline match`: two children a line, a score, whether they are shown, and why; bad lines in clear words."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from webapp.cli import main

HEAD = "given_name_1,family_name_1,born_1,address_1,given_name_2,family_name_2,born_2,address_2\n"
ZOE = "Zoë-Mae,O’Brien-Nguyễn,2019-06-04,14 Quay Street AR1 2BB,Zoe Mae,O'Brien Nguyen,04/06/2019,14 Quay St\n"
TWINS = "Jack,Hallam,2019-06-04,14 Quay Street,Ruby,Hallam,2019-06-04,14 Quay Street\n"
STRANGERS = "Jack,Hallam,2019-06-04,14 Quay Street,Ruby,Hallam,2012-01-31,2 Mill Lane\n"


def match(folder: Path, text: str, *options: str) -> tuple[int, str]:
    path = folder / "pairs.csv"
    path.write_text(text, encoding="utf-8")
    result = CliRunner().invoke(main, ["match", str(path), *options])
    return result.exit_code, result.output


def as_json(folder: Path, text: str) -> tuple[int, dict[str, Any]]:
    code, output = match(folder, text, "--json")
    return code, json.loads(output.partition("\nError:")[0])


def test_pairs_have_a_score_and_why(tmp_path: Path) -> None:
    code, found = as_json(tmp_path, HEAD + ZOE + TWINS + STRANGERS)
    assert (code, found["errors"]) == (0, [])
    assert [one["line"] for one in found["pairs"]] == [2, 3, 4]
    assert [one["shown"] for one in found["pairs"]] == [True, False, False]
    assert [one["relative"] for one in found["pairs"]] == [False, True, False]
    assert found["pairs"][0]["why"] == ["same first name", "same last name", "same birth date", "same address"]


def test_it_is_said_in_words_as_well(tmp_path: Path) -> None:
    assert "2: 100 shown: same first name" in match(tmp_path, HEAD + ZOE)[1]
    assert "perhaps a relative" in match(tmp_path, HEAD + TWINS)[1]


@pytest.mark.parametrize(
    ("line", "column", "problem"),
    [
        ("Jack,Hallam,31/02/2019,,Ruby,Hallam,,\n", "born_1", "no date"),
        ("Jack,Hallam,,,Ruby,Hallam,4/6/19,\n", "born_2", "no date"),
        (",,,,Ruby,Hallam,,\n", "given_name_1", "Neither name"),
        ("Jack,Hallam\n", "", "2 cells, and 8 columns"),
        ("Jack,Hallam,,,Ruby,Hallam,,,\n", "", "9 cells, and 8 columns"),
        (f"{'J' * 501},Hallam,,,Ruby,Hallam,,\n", "given_name_1", "longer than 500"),
    ],
)
def test_a_bad_line_is_named_and_the_others_are_compared(tmp_path: Path, line: str, column: str, problem: str) -> None:
    code, found = as_json(tmp_path, HEAD + line + ZOE)
    (error,) = found["errors"]
    assert (code, error["line"], error["column"]) == (1, 2, column)
    assert problem in error["problem"]
    assert [one["line"] for one in found["pairs"]] == [3]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "must name these columns"),
        ("given_name_1,family_name_1\n", "given_name_2"),
        (HEAD.strip() + ",shoe_size_1\n", "shoe_size_1"),
        (HEAD.strip() + ",born_1\n", "twice"),
    ],
)
def test_a_file_without_its_columns_is_refused(tmp_path: Path, text: str, said: str) -> None:
    code, output = match(tmp_path, text)
    assert code == 1
    assert said in output


def test_what_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "pairs.csv"
    path.write_bytes(b"\xff\xfe\x00")
    result = CliRunner().invoke(main, ["match", str(path)])
    assert (result.exit_code, "not text" in result.output) == (1, True)


def test_what_is_not_known_may_be_said_so(tmp_path: Path) -> None:
    code, found = as_json(tmp_path, HEAD + "Jack,Hallam,unknown,,Jack,Hallam,,\n\n")
    assert (code, len(found["pairs"])) == (0, 1)
