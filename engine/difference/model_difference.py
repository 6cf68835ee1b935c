"""One thing that two bundles say differently, and where to point at it in the pictures of both."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from engine.process.drawing import Drawing

Drawn = Literal["before", "now"]
About = Literal[
    "process",
    "element",
    "way",
    "form",
    "question",
    "duty",
    "time limit",
    "role",
    "agency",
    "group",
    "message",
    "edition",
    "files",
]
Kind = Literal["added", "removed", "renamed", "moved", "changed"]


@dataclass(frozen=True, slots=True)
class Mark:
    """What is to be painted: a shape or a flow of a process, by its id, on the drawing of before or of now."""

    on: Drawn
    process: str
    element: str


@dataclass(frozen=True, slots=True)
class ModelDifference:
    """`words` is a whole sentence. `process` is empty where it is about the whole bundle.

    `subject` is the id of what it is about: an element, a flow, a form (`task`) or its question (`task.field`, items
    of a list as `task.list.field`), a row of a table. `moved`: it stands in another place of its list.
    """

    process: str
    about: About
    subject: str
    kind: Kind
    words: str
    marks: tuple[Mark, ...] = ()

    def told(self) -> Mapping[str, Any]:
        """As JSON has it."""
        marks = [{"on": one.on, "process": one.process, "element": one.element} for one in self.marks]
        return {
            "process": self.process,
            "about": self.about,
            "subject": self.subject,
            "kind": self.kind,
            "words": self.words,
            "marks": marks,
        }


def turned(subject: str, was: str, is_now: str) -> str:
    """“X”: now a; before: b."""
    return f"{subject}: now {is_now}; before: {was}."


def apart(was: str, is_now: str, before: object, now: object) -> tuple[str, str]:
    """Both as they are said; where that is alike, with how each is written."""
    return (was, is_now) if was != is_now else (f"{was} (`{before}`)", f"{is_now} (`{now}`)")


@dataclass(frozen=True)
class Renames:
    """The elements that bear another id now: by process, old id -> new id."""

    by_process: Mapping[str, Mapping[str, str]]

    def of(self, process: str) -> Mapping[str, str]:
        return self.by_process.get(process, {})

    def old_id(self, process: str, element: str) -> str:
        return next((old for old, new in self.of(process).items() if new == element), element)

    def explain(self, was: object, is_now: object) -> bool:
        """Whether both are written alike but for these ids."""
        if not self._new_ids or was is None or is_now is None:
            return False
        return self.in_new_words(str(was)) == str(is_now)

    def in_new_words(self, written: str) -> str:
        """With the new ids in place of the old ones."""
        if not self._new_ids:
            return written
        return self._pattern.sub(lambda found: self._new_ids[found[1]], written)

    @cached_property
    def _new_ids(self) -> Mapping[str, str]:
        return {old: new for those in self.by_process.values() for old, new in those.items()}

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        return re.compile(rf"\b({'|'.join(map(re.escape, self._new_ids))})\b")


NOTHING_RENAMED = Renames({})


def kind_of(was: object, is_now: object) -> Kind:
    """Of what is there, or not."""
    if not was:
        return "added"
    return "changed" if is_now else "removed"


def marks_on(
    before: Drawing | None, now: Drawing | None, was: Iterable[str], is_now: Iterable[str]
) -> tuple[Mark, ...]:
    """Of those elements and flows that the drawings have, without any twice."""
    return tuple(dict.fromkeys((*_marks("before", before, was), *_marks("now", now, is_now))))


def _marks(on: Drawn, drawing: Drawing | None, wanted: Iterable[str]) -> Iterator[Mark]:
    if drawing is not None:
        drawn = drawing.elements.keys() | {flow.id for flow in drawing.flows}
        yield from (Mark(on, drawing.process, one) for one in wanted if one in drawn)
