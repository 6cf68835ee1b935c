"""What runs in another system, as the CSV files of one folder say it: each child with what is open, or why it cannot be
taken over. Which files and columns there are, engine/facts/elsewhere_columns.py says.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from engine.base.numbers import compact
from engine.facts.csv_lines import NO_DAY, TOO_MANY_CELLS, Cells, day_typed, id_typed, read_cells
from engine.facts.elsewhere_columns import (
    ABOUT_CASE,
    CHILDREN,
    FAMILY,
    LEAD,
    REFERENCE,
    TEAM,
    OpenPlace,
    columns_of_files,
    open_places,
)
from engine.forms.findings import unnumbered
from engine.forms.questions import SEVERAL, Question
from engine.process.bundle import Model

MOST_LINES, LARGEST_FILE = 50_000, 50_000_000
_NUMBERS = {"nhs_number": "NHS number", "upn": "unique pupil number"}
_MINUTES = ("%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%d/%m/%Y %H:%M")


@dataclass(frozen=True, slots=True)
class FileFault:
    """`line` counts from 1, the line of the names of the columns; 0 is the folder or the file as a whole."""

    file: str
    line: int
    said: str


@dataclass(slots=True)
class ChildElsewhere:
    """One child, as the files say it. `answers` are those of the start form of `process`, not yet checked. `places`:
    the line of the child, of the process (its file), and of each item of a list (`people.0`).
    """

    reference: str
    family: str
    lead: str
    team: str
    process: str
    answers: dict[str, Any]
    places: dict[str, tuple[str, int]] = field(default_factory=dict[str, tuple[str, int]])

    @property
    def line(self) -> int:
        return self.places[CHILDREN][1]

    def fault(self, path: str, said: str) -> FileFault:
        """Of a problem with an answer, by its path: at the line where it was said."""
        parts = path.split(".")
        about = CHILDREN if path in ABOUT_CASE else ".".join(parts[:2])
        file, line = self.places.get(about) or self.places[self.process]
        return FileFault(file, line, f"“{parts[-1]}”: {unnumbered(said)}" if parts[-1] else said)


class ElsewhereFolder:
    """The files of one folder as they are read: `children` are those of whom nothing is at fault, `faults` all that
    does not fit, `held_back` the references of children of whom something does not.
    """

    def __init__(self, files: Mapping[str, bytes], model: Model) -> None:
        self._open = open_places(model)
        self._files = columns_of_files(self._open)
        self.faults: list[FileFault] = []
        self.held_back: dict[str, None] = {}
        self._found: dict[str, ChildElsewhere] = {}
        self._cells: dict[str, list[tuple[int, Cells]]] = {}
        self._whole = True
        self._read_all(files)
        self._take_children()
        for place in self._open:
            self._take_process(place)
        self._take_lists()
        self._none_twice()
        for child in [one for one in self._found.values() if not one.process and one.reference not in self.held_back]:
            said = f"No file says what is open for this child: {', '.join(one.file for one in self._open)}"
            self._fault(CHILDREN, child.line, said, child.reference)
        self.faults.sort(key=lambda one: (one.file, one.line))

    @property
    def children(self) -> tuple[ChildElsewhere, ...]:
        """None where a file as a whole cannot be read: of no child is then known whether all is there."""
        return tuple(one for one in self._found.values() if self._whole and one.reference not in self.held_back)

    def _fault(self, file: str, line: int, said: str, reference: str = "") -> None:
        self.faults.append(FileFault(file, line, said))
        if reference:
            self.held_back[reference] = None

    def _read_all(self, files: Mapping[str, bytes]) -> None:
        named = {name.casefold(): content for name, content in files.items()}
        for name in sorted(set(named).difference(self._files)):
            self._fault(name, 0, f"There is no file of this name. There is: {', '.join(self._files)}")
        self._whole = not self.faults and CHILDREN in named
        if CHILDREN not in named:
            self._fault(CHILDREN, 0, "This file is missing: it says which children there are")
        for file, columns in self._files.items():
            names = [one.name for one in columns]
            content = named.get(file)
            rows, faults = read_cells(content, names, (REFERENCE,), MOST_LINES, LARGEST_FILE) if content else ([], [])
            self._cells[file] = rows
            self._whole = self._whole and not faults
            self.faults += [FileFault(file, one.line, one.said) for one in faults]

    def _lines(self, file: str) -> Iterator[tuple[int, Cells, str]]:
        """With the reference: a line without one is a fault."""
        for line, cells in self._cells[file]:
            reference = cells[REFERENCE]
            if cells.too_many:
                self._fault(file, line, TOO_MANY_CELLS, reference)
            if not reference:
                self._fault(file, line, f"“{REFERENCE}” is missing: it says which child is meant")
            elif file != CHILDREN and reference not in self._found:
                self._fault(file, line, f"{CHILDREN} has no child with the reference “{reference}”")
            else:
                yield line, cells, reference

    def _take_children(self) -> None:
        for line, cells, reference in self._lines(CHILDREN):
            if reference in self._found:
                said = f"The reference “{reference}” stands in line {self._found[reference].line} already"
                self._fault(CHILDREN, line, said, reference)
                continue
            if not cells[LEAD]:
                self._fault(CHILDREN, line, f"“{LEAD}” is missing: somebody leads each case", reference)
            places = {CHILDREN: (CHILDREN, line)}
            child = ChildElsewhere(reference, cells[FAMILY], cells[LEAD], cells[TEAM], "", {}, places)
            self._found[reference] = child

    def _take_process(self, place: OpenPlace) -> None:
        of_child = {reference: cells for _, cells, reference in self._again(CHILDREN)}
        for line, cells, reference in self._lines(place.file):
            child = self._found[reference]
            if child.process:
                file, before = child.places[child.process]
                said = f"The child with the reference “{reference}” stands in line {before} of {file} already"
                self._fault(place.file, line, said, reference)
                continue
            child.process = place.process
            child.places |= {
                place.process: (place.file, line),
                f"{place.child_field}.0": child.places[CHILDREN],
            }
            said = self._answers(CHILDREN, child.line, of_child[reference], place.of_child, reference)
            child.answers = self._answers(place.file, line, cells, place.own, reference)
            child.answers[place.child_field] = [said | {place.reference_field: reference}]

    def _again(self, file: str) -> Iterator[tuple[int, Cells, str]]:
        """What was taken of a file, without saying what is at fault a second time: of two lines the first."""
        for line, cells in self._cells[file]:
            child = self._found.get(cells[REFERENCE])
            if child and child.line == line:
                yield line, cells, child.reference

    def _take_lists(self) -> None:
        by_process = {one.process: {each.id: each for each in one.lists} for one in self._open}
        for name in dict.fromkeys(each.id for one in self._open for each in one.lists):
            for line, cells, reference in self._lines(f"{name}.csv"):
                child = self._found[reference]
                asked = by_process.get(child.process, {}).get(name)
                if asked is None:
                    said = "Nobody asks this of the child: what is open for it stands in no file, or in one without it"
                    self._fault(f"{name}.csv", line, said, reference)
                    continue
                items = child.answers.setdefault(name, [])
                child.places[f"{name}.{len(items)}"] = (f"{name}.csv", line)
                items.append(self._answers(f"{name}.csv", line, cells, asked.questions, reference))

    def _answers(
        self, file: str, line: int, cells: Cells, questions: Sequence[Question], reference: str
    ) -> dict[str, Any]:
        """What the line says in answer to them; a cell that is left empty answers nothing."""
        asked = {one.id: one for one in questions}
        answers: dict[str, Any] = {}
        for name, cell in cells.given.items():
            if not cell or name in ABOUT_CASE:
                continue
            if name not in asked:
                self._fault(file, line, f"“{name}” is not asked of this child: leave it empty", reference)
                continue
            try:
                answers[name] = _answer(asked[name], cell)
            except ValueError as wrong:
                self._fault(file, line, f"“{name}” {wrong}", reference)
        return answers

    def _none_twice(self) -> None:
        """Two children of one number are one, or one of them has the number of somebody else."""
        columns = {one.id: one.role for place in self._open for one in place.of_child if one.role in _NUMBERS}
        for number, role in columns.items():
            same: dict[str, list[int]] = defaultdict(list)
            for line, cells, _ in self._again(CHILDREN):
                if cells[number]:
                    same[compact(cells[number])].append(line)
            lines = {line: those for those in same.values() if len(those) > 1 for line in those}
            for line, _, reference in self._again(CHILDREN):
                if line in lines:
                    others = ", ".join(str(one) for one in lines[line] if one != line)
                    self._fault(CHILDREN, line, f"The {_NUMBERS[role]} stands in line {others} as well", reference)


def _answer(question: Question, cell: str) -> Any:
    """As the form takes it. Raises ValueError, whose words go on after the name of the column."""
    if question.kind == "date":
        if (day := day_typed(cell)) is None:
            raise ValueError(NO_DAY)
        return day.isoformat()
    if question.kind == "date_time":
        return _moment(cell)
    if question.kind in SEVERAL:
        return [_choice(question, one.strip()) for one in cell.split(";") if one.strip()]
    return _choice(question, cell) if question.choices else cell


def _choice(question: Question, typed: str) -> str:
    choices = {one.value: one.label for one in question.choices}
    if not (found := id_typed(typed, choices)):
        raise ValueError(f"is one of {', '.join(choices)}, and not “{typed[:100]}”")
    return found


def _moment(cell: str) -> str:
    for form in _MINUTES:
        try:
            return datetime.strptime(cell, form).isoformat()  # noqa: DTZ007 - the form reads it as London's
        except ValueError:
            continue
    raise ValueError("must be a day and a time like 2026-03-27 14:30")
