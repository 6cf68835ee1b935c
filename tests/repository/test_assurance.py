"""What an authority adopts before it works with this: each requirement has its row, each hazard its rating, and
whatever shows that something is so is there (tests/repository/test_docs.py looks for the files and tests named).
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping

import pytest

from tests.repository.test_docs import PATH, TEST, missing
from tests.repository.tools import ROOT

ASVS = (ROOT / "docs" / "asvs.md").read_text()
HAZARDS = (ROOT / "docs" / "hazards.md").read_text()
SPAN = re.compile(r"`([^`]+)`")

# OWASP ASVS 5.0.0: by section the level of each requirement, in the order of their numbers.
LEVELS = """
1.1 22  1.2 1111122223  1.3 112222222223  1.4 222  1.5 123
2.1 122  2.2 112  2.3 12223  2.4 23
3.1 3  3.2 113  3.3 12223  3.4 11222233  3.5 11122333  3.6 3  3.7 22333
4.1 12233  4.2 23333  4.3 22  4.4 1222
5.1 2  5.2 112333  5.3 113  5.4 222
6.1 122  6.2 111111112222  6.3 11223333  6.4 112233  6.5 22222333  6.6 2223  6.7 33  6.8 2222
7.1 222  7.2 1111  7.3 22  7.4 11222  7.5 223  7.6 22
8.1 1233  8.2 1123  8.3 133  8.4 23
9.1 111  9.2 1222
10.1 22  10.2 223  10.3 22223  10.4 1111122222233333  10.5 22222  10.6 22  10.7 222
11.1 2233  11.2 22233  11.3 11233  11.4 1222  11.5 23  11.6 23  11.7 33
12.1 12233  12.2 11  12.3 22223
13.1 2333  13.2 222223  13.3 2233  13.4 1222233
14.1 22  14.2 12223333  14.3 122
15.1 12233  15.2 12233  15.3 1222222  15.4 3333
16.1 2  16.2 22222  16.3 2222  16.4 222  16.5 2223
17.1 23  17.2 22223333  17.3 22
"""
LARGEST_LEVEL = 2
MET, NOT_APPLICABLE, NOT_MET = "met", "not applicable", "not met"

# By how likely, from 1 to 5, how great the risk is of each severity from 1 to 5 (the table of docs/hazards.md).
RISKS = ("11223", "12234", "22334", "23345", "34455")
NOT_ACCEPTABLE = "4"
RATED = re.compile(r"S([1-5]) L([1-5]) → ([1-5])")
KEPT_OR_RUN = re.compile(r"localStorage|sessionStorage|indexedDB|document\.cookie|postMessage|\beval\(|new Function")


def rows(text: str, first: str) -> Iterator[list[str]]:
    """The cells of each row of a table whose first cell is of this form."""
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split(" | ")]
        if line.startswith("| ") and re.fullmatch(first, cells[0]):
            yield cells


def asked() -> Mapping[str, str]:
    """The level of each requirement of the levels that we hold to."""
    words = LEVELS.split()
    levels = zip(words[::2], words[1::2], strict=True)
    each = {f"{section}.{number}": level for section, all_ in levels for number, level in enumerate(all_, 1)}
    return {number: level for number, level in each.items() if int(level) <= LARGEST_LEVEL}


def shows_something(text: str) -> bool:
    """Whether it names a file or a test; test_docs.py holds that it is there."""
    return any(PATH.fullmatch(span) or TEST.fullmatch(span) or (ROOT / span).is_file() for span in SPAN.findall(text))


def faults_of_requirements(text: str) -> Iterator[str]:
    found = list(rows(text, r"[\d.]+"))
    for number, times in Counter(cells[0] for cells in found).items():
        if times > 1 or number not in asked():
            yield f"{number} stands {times} times, and {'is' if number in asked() else 'is not'} asked for"
    yield from (f"{number} is missing" for number in asked().keys() - {cells[0] for cells in found})
    for cells in found:
        yield from _faults_of_requirement(*cells)


def _faults_of_requirement(number: str, level: str, words: str, state: str, why: str) -> Iterator[str]:
    if level != asked().get(number, level):
        yield f"{number} is of another level"
    if state not in (MET, NOT_APPLICABLE, NOT_MET) or not words or not why:
        yield f"{number} has a state that there is not, or says nothing"
    if state == MET and not shows_something(why):
        yield f"{number} is said to be met, and nothing shows it"


def faults_of_hazards(text: str) -> Iterator[str]:
    found = list(rows(text, r"H\d+"))
    if [cells[0] for cells in found] != [f"H{number}" for number in range(1, len(found) + 1)]:
        yield "they are not numbered through"
    for number, what, effect, before, prevents, after, left in found:
        ratings = [RATED.fullmatch(cell) for cell in (before, after)]
        if not (what and effect and left) or not (shows_something(prevents) or prevents.startswith("**Nothing")):
            yield f"{number} says nothing of what happens, what prevents it, or what is left"
        if any(one is None or one[3] != RISKS[int(one[2]) - 1][int(one[1]) - 1] for one in ratings):
            yield f"{number} has a rating that is not in the table"
        elif ratings[0] and ratings[1] and ratings[1][3] > ratings[0][3]:
            yield f"{number} becomes worse by what is done"


def test_each_requirement_stands_once_with_what_shows_it() -> None:
    assert len(asked()) == 253
    assert list(faults_of_requirements(ASVS)) == []


@pytest.mark.parametrize(
    ("planted", "instead", "said"),
    [
        ("| 1.1.1 | 2 |", "| 1.1.1 | 1 |", "1.1.1 is of another level"),
        ("| 1.1.1 | 2 |", "| 1.1.3 | 2 |", "1.1.3 stands 1 times, and is not asked for"),
        ("| 1.1.1 | 2 |", "| 1.1.2 | 2 |", "1.1.1 is missing"),
        ("| not applicable | no LaTeX |", "| met | no LaTeX |", "1.2.8 is said to be met, and nothing shows it"),
        ("| not applicable | no LaTeX |", "| perhaps | no |", "1.2.8 has a state that there is not, or says nothing"),
    ],
)
def test_a_row_that_is_wrong_is_found(planted: str, instead: str, said: str) -> None:
    assert said in faults_of_requirements(ASVS.replace(planted, instead, 1))


def test_each_hazard_has_its_rating_and_what_prevents_it() -> None:
    assert len(list(rows(HAZARDS, r"H\d+"))) >= 30
    assert list(faults_of_hazards(HAZARDS)) == []
    too_great = [cells[0] for cells in rows(HAZARDS, r"H\d+") if cells[5][-1] >= NOT_ACCEPTABLE]
    assert f"**Not acceptable yet**: {', '.join(too_great)}." in HAZARDS
    printed = [line.split("|")[2:-1] for line in HAZARDS.splitlines() if re.match(r"\| L\d ", line)]
    assert [[cell.strip() for cell in cells] for cells in printed] == [list(row) for row in RISKS]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("| H1 | a | b | S5 L3 → 3 | `docs/access.md` | S5 L1 → 3 | c |", "H1 has a rating that is not in the table"),
        ("| H1 | a | b | S4 L1 → 2 | `docs/access.md` | S4 L3 → 3 | c |", "H1 becomes worse by what is done"),
        (
            "| H1 | a | b | S5 L3 → 4 | care is taken | S5 L1 → 3 | c |",
            "H1 says nothing of what happens, what prevents it, or what is left",
        ),
        ("| H2 | a | b | S5 L3 → 4 | `docs/access.md` | S5 L1 → 3 | c |", "they are not numbered through"),
    ],
)
def test_a_hazard_that_is_wrong_is_found(row: str, said: str) -> None:
    assert said in faults_of_hazards(row)


def test_a_test_that_is_gone_is_missed_there() -> None:
    assert list(missing(ASVS.replace("::test_nothing_runs", "::test_all_runs", 1))) != []


def test_scripts_keep_nothing_in_the_browser_and_run_no_text() -> None:
    """A machine is shared, and what lies in its browser outlives the session."""
    scripts = sorted((ROOT / "webapp" / "assets").rglob("*.js"))
    assert len(scripts) > 10
    assert [path.name for path in scripts if KEPT_OR_RUN.search(path.read_text())] == []
    assert KEPT_OR_RUN.search("localStorage.setItem('draft', text)")
