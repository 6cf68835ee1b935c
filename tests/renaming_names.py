"""The other names of what a bundle names, and what an expression, an event or a date says under them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import get_args

from engine.timescales.rules import Named

Names = Mapping[str, str]
_SHIFT = re.compile(r"(.*?)((?:, \d+ [a-z ]+)?)", re.DOTALL)
_WORD = re.compile(r'"[^"]*"|[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*')
_OF_EACH = re.compile(r'(every\(\w+, ")(\w+)"')
_FACT_NAMES = frozenset({"case", "chair"})
_EVERYWHERE = ("child.answered.", "child.awaits.")
_ENDINGS = (" while running", " since called")
_UNLESS_CLOCK = re.compile(r"(?<= unless )\w+(?= runs\b)")
_KEPT_MOMENTS = frozenset({"command time", *get_args(Named)})


@dataclass
class Renaming:
    """Old name -> new name, by what it is the name of. `agency_fields` are answered with agencies or roles,
    `person_fields` with people, `row_fields` with what names the row of a list.
    """

    processes: Names = field(default_factory=dict[str, str])
    tasks: Names = field(default_factory=dict[str, str])
    messages: Names = field(default_factory=dict[str, str])
    clocks: Names = field(default_factory=dict[str, str])
    fields: Names = field(default_factory=dict[str, str])
    agencies: Names = field(default_factory=dict[str, str])
    roles: Names = field(default_factory=dict[str, str])
    agency_fields: frozenset[str] = frozenset()
    person_fields: frozenset[str] = frozenset()
    row_fields: frozenset[str] = frozenset()

    def party(self, name: str) -> str:
        """An agency, or a role where people stand beside agencies."""
        return self.agencies.get(name) or self.roles.get(name, name)

    def place(self, written: str) -> str:
        """`process.task.field`, `process.task`; a word without a full stop is none."""
        if "." not in written:
            return written
        parts = written.split(".")
        maps = (self.processes, self.tasks, self.fields)
        return ".".join(names.get(part, part) for names, part in zip(maps, parts, strict=False))

    def reader(self, written: str) -> str:
        """Of `x-read-by`: a process, a task, a clock, or a reader of the engine, which keeps its name."""
        first, _, clock = written.partition(" ")
        if first == "clock":
            return f"{first} {self.clocks.get(clock, clock)}"
        return self.place(written) if "." in written else self.processes.get(written, written)

    def condition(self, source: str) -> str:
        """An expression of a form, in which a name by itself is a fact."""
        return self._expression(source, {})

    def expression(self, source: str) -> str:
        """An expression of a drawing or a table, in which a name by itself is a decision of the task that is named."""
        return self._expression(source, self.fields)

    def judgement(self, source: str) -> str:
        """An expression about the answers of a form itself, which may name the questions of a list as texts."""
        return _OF_EACH.sub(lambda found: found[1] + self.fields.get(found[2], found[2]) + '"', self.expression(source))

    def _expression(self, source: str, bare: Names) -> str:
        names_agencies = any(part in self.agency_fields for part in re.split(r"\W+", re.sub(r'"[^"]*"', "", source)))

        def word(found: re.Match[str]) -> str:
            written = found.group()
            if written.startswith('"'):
                return f'"{self.party(written[1:-1])}"' if names_agencies else written
            return self._path(written) if "." in written else bare.get(written, written)

        return _WORD.sub(word, source)

    def _path(self, written: str) -> str:
        first, *rest = written.split(".")
        if written.startswith(_EVERYWHERE):
            return ".".join((first, rest[0], self.place(".".join(rest[1:4])), *rest[4:]))
        if first == "child" or first in _FACT_NAMES:
            return written
        if first in ("open", "done"):
            return ".".join((first, self.tasks.get(rest[0], rest[0])))
        if first == "running":
            return ".".join((first, self.clocks.get(rest[0], rest[0])))
        if first == "last":
            return ".".join((first, self._path(".".join(rest))))
        owner = self.tasks.get(first) or self.messages.get(first, first)
        return ".".join((owner, *(self.fields.get(part, part) for part in rest)))

    def event(self, written: str) -> str:
        """An event of a table: `completed process.task where … unless running`, `… unless clock runs`."""
        written = _UNLESS_CLOCK.sub(lambda found: self.clocks.get(found.group(), found.group()), written)
        ending = next((one for one in _ENDINGS if written.endswith(one)), "")
        written = written.removesuffix(ending)
        event, where, condition = written.partition(" where ")
        condition, unless, rest = condition.partition(" unless ")
        happening, _, what = event.strip().partition(" ")
        what, also_unless, more = what.partition(" unless ")
        if happening == "reached":
            process, _, message = what.partition(".")
            return f"reached {self.processes.get(process, process)}.{self.messages.get(message, message)}"
        names = {"thrown": self.messages, "set": self.clocks, "passed": self.clocks}.get(happening)
        named = names.get(what, what) if names is not None else self._process_or_task(what)
        return f"{happening} {named}{also_unless}{more}{where}{self.expression(condition)}{unless}{rest}{ending}"

    def _process_or_task(self, written: str) -> str:
        return self.place(written) if "." in written else self.processes.get(written, written)

    def bound(self, written: str) -> str:
        """A day that a form names: `answers.held_at`, `completed process.task where …, 1 day earlier`."""
        found = _SHIFT.fullmatch(written)
        assert found
        what, shift = found.groups()
        if what.startswith(("completed ", "started ")):
            return f"{self.events(what)}{shift}"
        return f"{self._path(what)}{shift}" if what.startswith("answers.") else written

    def events(self, cell: str) -> str:
        return "; ".join(self.event(each) for each in cell.split(";") if each.strip())

    def moment(self, cell: str) -> str:
        """`held_at or ended_at`, `received_at of referral`; what the engine knows by itself is no field."""
        if cell in _KEPT_MOMENTS:
            return cell
        written = cell.removeprefix("the newest ")
        field_part, of, process = written.partition(" of ")
        fields = " or ".join(self.fields.get(one, one) for one in field_part.split(" or "))
        return cell.removesuffix(written) + fields + of + self.processes.get(process, process)
