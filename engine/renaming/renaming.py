"""What is renamed, and how an expression, an event or the path of an answer reads under the new name."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from engine.process.bundle import START
from engine.timescales.timescale_table import EVENT

_QUOTE = r"""(?:"|'|&quot;|&apos;|&\#34;|&\#39;)"""
_TOKEN = re.compile(
    rf"(?P<quote>{_QUOTE})(?P<text>.*?)(?P=quote)|&\#?\w+;|(?P<path>[A-Za-z_]\w*(?:\.\w+)*)|(?P<sign>==|!=|\S)",
    re.DOTALL,
)
_PLACE = re.compile(r"[A-Za-z_][\w.]*")
_SHIFT = re.compile(r", \d+ [a-z ]+$")
_OF_CHILD = ("answered", "awaits")
What = Literal["task", "question", "answer"]


@dataclass(frozen=True, slots=True)
class Reads:
    """Whose names an expression reads. `here`: the steps of its own process by their ids. `own`: the questions of the
    step, by their names alone or, where it asks the case, as `answers.…`. `asks_case`: it is a condition of a form.
    """

    here: bool = False
    own: bool = False
    asks_case: bool = False


@dataclass(frozen=True, slots=True)
class Renaming:
    """A step, a question that it asks (`question`), or an answer to that (`answer`), with its new name.

    A step is a shape of the drawing, or the form that starts the process.
    """

    process: str
    task: str
    question: str
    answer: str
    new: str

    @property
    def what(self) -> What:
        return "answer" if self.answer else "question" if self.question else "task"

    @property
    def old(self) -> str:
        return self.answer or self.question or self.task

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(filter(None, (self.task, self.question, self.answer)))

    def renamed(self, name: str) -> str:
        return self.new if name == self.old else name

    def place(self, written: str) -> str:
        """`process.task.question.answer`, or as much of it as is said."""
        process, *rest = written.split(".")
        at = len(self.names)
        if process != self.process or tuple(rest[:at]) != self.names:
            return written
        return ".".join((process, *rest[: at - 1], self.new, *rest[at:]))

    def places(self, words: str) -> str:
        """The places among words: `invited_to process.task`."""
        return _PLACE.sub(lambda found: self.place(found[0]), words)

    def expression(self, source: str, scope: Reads) -> str:
        """In the language of drawings, forms and tables; also as XML writes it. What cannot be read stays as it is."""
        found = [*_TOKEN.finditer(source)]
        wanted = list[tuple[int, int, str]]()
        for at, token in enumerate(found):
            parts = (token["path"] or "").split(".")
            begins = self._begins(parts, scope)
            if begins is None or not self._is_named(parts, *begins):
                continue
            place = begins[0] + len(self.names) - 1 - begins[1]
            if place < len(parts):
                renamed = ".".join((*parts[:place], self.new, *parts[place + 1 :]))
                wanted.append((*token.span("path"), renamed))
            elif self.what == "answer":
                texts = (found[one] for one in _compared_with(found, at))
                wanted += [(*one.span("text"), self.new) for one in texts if one["text"] == self.answer]
        for start, end, words in sorted(wanted, reverse=True):
            source = f"{source[:start]}{words}{source[end:]}"
        return source

    def events(self, cell: str) -> str:
        """`completed process.task where …; started process`."""
        return ";".join(self._event(each) for each in cell.split(";"))

    def bound(self, text: str, *, own: bool) -> str:
        """A day that a form names: an answer, or what happened, and so many days from it."""
        if text.startswith("answers."):
            return self.expression(text, Reads(own=own, asks_case=True))
        shift = _SHIFT.search(text)
        what, moved = (text[: shift.start()], shift[0]) if shift else (text, "")
        return f"{self.events(what)}{moved}" if what.startswith(("completed ", "started ")) else text

    def is_event_of_it(self, process: str, task: str) -> bool:
        return (process, task or START) == (self.process, self.task)

    def _event(self, written: str) -> str:
        found = EVENT.fullmatch(written.strip())
        if (
            found is None
            or found["process"] != self.process
            or found["happening"] not in ("started", "completed", "ended")
        ):
            return written
        start = written.index(found[0])
        if found["condition"]:
            begin, end = (start + at for at in found.span("condition"))
            own = self.is_event_of_it(found["process"], found["task"] or "")
            condition = self.expression(found["condition"], Reads(here=True, own=own))
            written = f"{written[:begin]}{condition}{written[end:]}"
        if found["task"] and self.what == "task":
            begin, end = (start + at for at in found.span("task"))
            written = f"{written[:begin]}{self.renamed(found['task'])}{written[end:]}"
        return written

    def _begins(self, parts: list[str], scope: Reads) -> tuple[int, int] | None:
        """Which part of a path is the first of `names`, and which of them that is; None where it names none."""
        first, *rest = parts
        if first == "child" and len(rest) > 2 and rest[0] in _OF_CHILD:
            return (3, 0) if rest[1] == self.process else None
        if first == "answers" and scope.asks_case:
            return (1, 1) if scope.own else None
        if first in ("open", "done", "last") and rest:
            return (1, 0) if scope.here else None
        if scope.here and first == self.task and rest:
            return 0, 0
        return (0, 1) if scope.own and not scope.asks_case else None

    def _is_named(self, parts: list[str], start: int, first: int) -> bool:
        """Whether the path names it, or ends at the question to which it is an answer."""
        names = self.names[first:]
        told = parts[start : start + len(names)]
        ends_before = self.what == "answer" and len(told) == len(names) - 1
        return bool(told) and (tuple(told) == names or (ends_before and tuple(told) == names[:-1]))


def _compared_with(found: list[re.Match[str]], at: int) -> Iterator[int]:
    """Where the texts stand with which the path at this place is compared: on both sides, one of them or a list."""
    words = [one["path"] or one["sign"] or "" for one in found]
    before = words[:at][::-1]
    after = words[at + 1 :]
    skipped = 1 + (after[:1] == ["not"])
    if after[:1] and after[0] in ("==", "!="):
        yield from _text_at(found, at + 2)
    elif after[skipped - 1 : skipped + 1] == ["in", "["]:
        end = after.index("]") if "]" in after else len(after)
        for place in range(at + 1 + skipped, at + 1 + end):
            yield from _text_at(found, place)
    if before[:1] and before[0] in ("==", "!=", "in"):
        yield from _text_at(found, at - 2 - (before[:2] == ["in", "not"]))


def _text_at(found: list[re.Match[str]], place: int) -> Iterator[int]:
    if 0 <= place < len(found) and found[place]["text"] is not None:
        yield place
